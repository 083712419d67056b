"""The NetSuite staging models over what the connector lands of the emulated account."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from tests.kit.staging import build_staging
from tieout.config import load_firm
from tieout.http import mounted

KEY = "meridian:netsuite:concur:ab%3A1:v1781690000000000:cost"


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory, make_bench: Any) -> Any:
    """The account after posting, an edit and a deletion, landed twice and staged."""
    folder = tmp_path_factory.mktemp("staged")
    bench = make_bench(folder)
    books = bench.books
    with mounted(books.BASE_URL, bench.app):
        call = bench.caller()
        expense = books.journal_entry(memo="Taxi")
        expense["line"]["items"][0] |= {
            "memo": "Taxi",
            "custcol_tieout_employee": {"id": "1201"},
            "custcol_tieout_bill": "130.10",
            "custcol_tieout_currency": "EUR",
            "custcol_tieout_work_date": "2026-06-12",
        }
        assert (
            call(
                "PUT", f"{books.RECORD}/journalEntry/eid:{quote(KEY, safe=':')}", expense
            ).status_code
            == 204
        )
        foreign = books.time_bill(
            rate="200.005", memo="Imported src=harvest_us:77 by TS2NS", tranDate="2026-07-02"
        )
        for name in [key for key in foreign if key.startswith("custcol")]:
            del foreign[name]
        assert call("PUT", f"{books.RECORD}/timeBill/eid:TS2NS-1", foreign).status_code == 204
    bench.extract()
    bench.now = books.NOW + timedelta(days=1)
    with mounted(books.BASE_URL, bench.app):
        call = bench.caller()
        call("PATCH", f"{books.RECORD}/timeBill/50002", {"hours": "6"})
        call("DELETE", f"{books.RECORD}/timeBill/50004")
    bench.extract()
    (bench.folder / "firm" / "crosswalks").mkdir()
    (bench.folder / "firm" / "crosswalks" / "account.csv").write_text(
        "legal_entity_id,target,purpose,account_code\n"
        "US01,netsuite,labour_cost,5000\nUS01,netsuite,labour_clearing,2200\n"
        "US01,netsuite,expense_cost,6100\nUS01,netsuite,expense_payable,2300\n",
        encoding="utf-8",
    )
    build_staging(load_firm(bench.folder / "firm"), bench.home, "netsuite")
    return bench


def lines(staged: Any, columns: str, where: str) -> list[tuple[Any, ...]]:
    return staged.rows(
        f"select {columns} from staging.stg_netsuite__erp_lines where {where} "
        "order by erp_line_id, source_version"
    )


def test_a_posted_time_bill_is_a_line_with_its_amounts(staged: Any) -> None:
    assert lines(
        staged,
        "record_type, external_id, legal_entity_id, source_worker_id, source_project_id, "
        "work_date, accounting_date, accounting_period_id, cast(posted_at as varchar), is_posted, "
        "is_billable, "
        "hours, cost_amount_functional, functional_currency_code, bill_amount_contract, "
        "contract_currency_code, source_record_ref, created_by",
        "erp_line_id = '50001'",
    ) == [
        (
            "time_bill", staged.books.history_key(1), "US01", "1201", "5601", date(2026, 6, 15),
            date(2026, 6, 15), "2026-06", "2026-06-20 12:01:00", True, True,
            Decimal("7.5000"), Decimal("468.7500"), "USD", Decimal("1387.5000"), "USD", None,
            "earlier integration",
        )
    ]  # fmt: skip


def test_an_expense_of_ours_is_one_line_on_its_cost_side(staged: Any) -> None:
    assert lines(
        staged,
        "source_worker_id, source_project_id, work_date, accounting_period_id, hours, "
        "cost_amount_functional, bill_amount_contract, contract_currency_code, is_billable, memo",
        f"external_id = '{KEY}'",
    ) == [
        (
            "1201", "5601", date(2026, 6, 12), "2026-06", Decimal("0.0000"), Decimal("120.0000"),
            Decimal("130.1000"), "EUR", True, "Taxi",
        )
    ]  # fmt: skip


def test_a_manual_journal_shows_its_controlled_line_only(staged: Any) -> None:
    assert lines(
        staged,
        "erp_line_id, external_id, cost_amount_functional, hours, is_billable, created_by",
        "erp_line_id like 'journalEntry:50005%'",
    ) == [("journalEntry:50005", None, Decimal("250.0000"), Decimal("0.0000"), False, "m.ross")]


def test_foreign_time_is_worth_hours_by_its_own_rate_and_names_its_entry(staged: Any) -> None:
    assert lines(
        staged,
        "source_record_ref, hours, cost_amount_functional, bill_amount_contract, work_date",
        "external_id = 'TS2NS-1'",
    ) == [("harvest_us:77", Decimal("2.5000"), None, Decimal("500.0100"), date(2026, 7, 2))]


def test_edits_and_deletions_are_further_versions(staged: Any) -> None:
    assert lines(staged, "hours, is_deleted", "erp_line_id in ('50002', '50004')") == [
        (Decimal("7.5000"), False),
        (Decimal("6.0000"), False),
        (Decimal("7.5000"), False),
        (Decimal("7.5000"), True),
    ]


def test_invoices_bill_drafts_do_not_and_credits_take_back(staged: Any) -> None:
    assert staged.rows(
        "select erp_line_id, invoice_number, is_issued, hours, billed_amount_contract "
        "from staging.stg_netsuite__billing_allocations order by invoice_number"
    ) == [
        ("50003", "CM-4", True, Decimal("-7.5000"), Decimal("-1387.5000")),
        ("50001", "INV-1", True, Decimal("7.5000"), Decimal("1387.5000")),
        ("50002", "INV-2", False, Decimal("7.5000"), Decimal("1387.5000")),
        ("50003", "INV-3", True, Decimal("7.5000"), Decimal("1387.5000")),
    ]


def test_periods_are_per_legal_entity_and_rates_have_a_direction(staged: Any) -> None:
    assert staged.rows(
        "select legal_entity_id, accounting_period_id, status, end_date "
        "from staging.stg_netsuite__accounting_periods where accounting_period_id <= '2026-06' "
        "order by 2, 1"
    ) == [
        ("IN01", "2026-05", "closed", date(2026, 5, 31)),
        ("US01", "2026-05", "closed", date(2026, 5, 31)),
        ("IN01", "2026-06", "open", date(2026, 6, 30)),
        ("US01", "2026-06", "open", date(2026, 6, 30)),
    ]
    assert staged.rows(
        "select from_currency_code, to_currency_code, rate_date, fx_rate, rate_type "
        "from staging.stg_netsuite__fx_rates"
    ) == [("EUR", "USD", date(2026, 6, 15), Decimal("1.0842000000"), "spot")]


def test_masters_keep_codes_links_and_activity(staged: Any) -> None:
    assert staged.rows(
        "select employee_number, worker_name, employment_status, legal_entity_id, is_active "
        "from staging.stg_netsuite__workers order by 1"
    ) == [
        ("W-0001", "Ada Nguyen 1", "active", "US01", True),
        ("W-0002", "Ada Nguyen 2", "terminated", "US01", True),
    ]
    assert staged.rows(
        "select project_code, source_client_id, contract_currency_code, is_active "
        "from staging.stg_netsuite__projects order by 1"
    ) == [("P-1", "3401", "USD", True), ("P-2", "3401", "USD", False), ("P-3", "3402", "EUR", True)]
    assert staged.rows(
        "select client_code, currency_code, is_active from staging.stg_netsuite__clients order by 1"
    ) == [("C-01", "USD", True), ("C-02", "EUR", True)]


def test_versions_are_the_sources_instants(staged: Any) -> None:
    newest = staged.rows(
        "select max(source_version) from staging.stg_netsuite__erp_lines where erp_line_id = '50002'"
    )
    edited = datetime(2026, 7, 4, 6, tzinfo=UTC)
    assert newest == [(int(edited.timestamp()) * 1_000_000,)]
