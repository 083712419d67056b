"""What staging makes of a SAP tenant: the shape of ERP lines that the canonical layer reads."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.kit.staging import build_staging, read
from tests.unit.vendors_sap_s4hana.sap_tenant import Tenant
from tests.unit.vendors_sap_s4hana.test_sap_emulator import message, work
from tests.unit.vendors_sap_s4hana.test_sap_extract import Bench
from tieout.domain.keys import reversal_key

ACCOUNTS = """legal_entity_id,target,purpose,account_code
US01,sap_us,labour_cost,5100
US01,sap_us,expense_cost,6100
US01,sap_us,labour_clearing,2100
"""
LONG = work(2, posting_key="meridian:sap_us:harvest_us:a long record" + "x" * 30 + ":v17:cost")
BACK = {
    "posting_key": reversal_key(work(1)["posting_key"]),
    "hours": Decimal("-7.5"),
    "cost_amount_functional": Decimal(-600),
    "bill_amount_contract": Decimal("-1387.5"),
}
LINES = (
    "select external_id, erp_line_id, source_worker_id, source_project_id, work_date,"
    " accounting_date, is_billable, hours, cost_amount_functional, bill_amount_contract,"
    " contract_currency_code from staging.stg_sap_s4hana__erp_lines"
    " order by source_version, erp_line_id"
)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Three entries of ours and one of a person; later one of ours is reversed by hand."""
    folder = tmp_path_factory.mktemp("staged")
    tenant = Tenant(folder)
    bench = Bench(tenant, folder)
    by_hand = message(work(9), message_id="M-2")
    for text in (work(9)["posting_key"].encode(), b"7.5h 1387.5USD", b"TIEOUT"):
        by_hand = by_hand.replace(text, b"Accrual")
    tenant.post(message(work(1, work_date=date(2026, 5, 29)), LONG, work(3, **BACK)))
    tenant.post(by_hand)
    (bench.folder / "crosswalks").mkdir()
    (bench.folder / "crosswalks" / "account.csv").write_text(ACCOUNTS, encoding="utf-8")
    bench.extract()
    tenant.reverse(100_000_001)
    tenant.wait(3600)
    bench.extract()
    build_staging(bench.firm(), bench.home, "sap_s4hana")
    return bench


def line(key: str | None, document: int, **changes: Any) -> tuple[Any, ...]:
    plain = {
        "key": key, "id": f"US01/{document:010d}/2026", "worker": "41", "project": "P-1003",
        "work_date": date(2026, 6, 15), "accounting_date": date(2026, 6, 15), "billable": True,
        "hours": Decimal("7.5"), "cost": Decimal(600), "bill": Decimal("1387.5"), "currency": "USD",
    }  # fmt: skip
    return tuple({**plain, **changes}.values())


def test_each_item_in_a_cost_account_is_one_line(staged: Bench) -> None:
    minus = {"hours": Decimal("-7.5"), "cost": Decimal(-600), "bill": Decimal("-1387.5")}
    nothing = {
        "worker": None, "work_date": None, "billable": None, "hours": Decimal(0),
        "bill": Decimal(0), "currency": None,
    }  # fmt: skip
    assert read(staged.home, LINES) == [
        line(work(1)["posting_key"], 100_000_000, work_date=date(2026, 5, 29)),
        line(LONG["posting_key"], 100_000_001),
        line(BACK["posting_key"], 100_000_002, **minus),
        line(None, 100_000_003, **nothing),
        line(LONG["posting_key"], 100_000_001),
        line("R:" + LONG["posting_key"], 100_000_004, **minus),
    ]


def test_who_booked_when_is_kept(staged: Bench) -> None:
    assert read(
        staged.home,
        "select distinct source_system, record_type, legal_entity_id, functional_currency_code,"
        " accounting_period_id, created_by, is_posted, posted_at"
        " from staging.stg_sap_s4hana__erp_lines where erp_line_id like '%00000_/2026'"
        " and source_version = (select min(source_version) from staging.stg_sap_s4hana__erp_lines)"
        " order by created_by",
    ) == [
        ("sap_us", "journal_entry", "US01", "USD", "2026-06", who, True, datetime(2026, 7, 3, 6))
        for who in ("Accrual", "TIEOUT")
    ]
