"""What staging makes of a Tryton ledger: the shapes that the canonical layer reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.kit.staging import build_staging, read
from tests.unit.vendors_tryton.conftest import Ledger
from tests.unit.vendors_tryton.test_tryton_extract import enter
from tieout.config import load_firm
from tieout.domain.keys import reversal_key
from tieout.sandbox.tryton.sample import COST, OTHER, booking, sample_key

pytestmark = pytest.mark.tryton

LINES = (
    "select external_id, memo, source_worker_id, source_project_id, work_date, accounting_date,"
    " is_posted, is_billable, hours, cost_amount_functional, bill_amount_contract,"
    " contract_currency_code, is_deleted from staging.stg_tryton__erp_lines"
    " order by cast(erp_line_id as bigint), source_version"
)


def stage(ledger):
    """Build the vendor's models."""
    build_staging(load_firm(ledger.folder / "firm"), ledger.home, "tryton")


@pytest.fixture(scope="module")
def staged(tryton, tmp_path_factory):
    ledger = Ledger(tmp_path_factory.mktemp("staged"), tryton)
    ledger.extract()
    stage(ledger)
    return ledger


def row(external_id, worker, project, day, accounting, hours, cost, bill, currency):
    return (
        external_id, external_id, worker, project, day, accounting, True,
        True if Decimal(bill) else None, Decimal(hours), Decimal(cost), Decimal(bill),
        currency, False,
    )  # fmt: skip


def test_each_move_in_a_controlled_account_is_one_line(staged):
    june = [date(2026, 6, day) for day in range(30)[1:]]
    ada, alan = ("W-0007", "P-1003"), ("W-0008", "P-1008")
    first = (date(2026, 5, 12), date(2026, 5, 12), "7.5", "526.13", "1387.50", "GBP")
    ninth = (june[1], june[1], "7.5", "526.13", "1387.50", "GBP")
    assert read(staged.home, LINES) == [
        row(sample_key("9001"), *ada, *first),
        row(sample_key("9002"), *ada, *ninth),
        row(sample_key("9002"), *ada, *ninth),
        row(sample_key("9003"), *alan, june[2], june[2], "8", "561.20", "1351.00", "EUR"),
        row(sample_key("9004"), *ada, june[3], june[3], "2", "140.30", "0", "GBP"),
        row(sample_key("9005"), *ada, june[4], june[4], "3", "210.45", "555.00", "GBP"),
        row(
            reversal_key(sample_key("9005")), *ada, june[4], june[7], "-3", "-210.45", "-555.00",
            "GBP",
        ),
        row(
            "meridian:tryton_uk:concur:E77:v1781690000000000:cost", *alan, june[6], june[8], "0",
            "84.20", "98.03", "EUR",
        ),
        (
            None, "Correct June labour, see ticket 812", None, None, None, june[9], True, None,
            Decimal(0), Decimal("300.00"), Decimal(0), None, False,
        ),
        (
            None, "Draft accrual", None, None, None, june[11], False, None,
            Decimal(0), Decimal("50.00"), Decimal(0), None, False,
        ),
    ]  # fmt: skip


def test_who_booked_when_and_for_whom_is_kept(staged):
    assert read(
        staged.home,
        "select distinct source_system, record_type, legal_entity_id, functional_currency_code,"
        " accounting_period_id, created_by from staging.stg_tryton__erp_lines order by all",
    ) == [
        ("tryton_uk", "account_move", "UK01", "GBP", "2026-05", "psa.sync"),
        ("tryton_uk", "account_move", "UK01", "GBP", "2026-06", "p.shaw"),
        ("tryton_uk", "account_move", "UK01", "GBP", "2026-06", "psa.sync"),
    ]
    assert read(
        staged.home,
        "select posted_at from staging.stg_tryton__erp_lines"
        f" where external_id = '{sample_key('9003')}'",
    ) == [(datetime(2026, 6, 3, 17),)]


def test_periods_rates_workers_and_projects_have_their_shapes(staged):
    assert read(
        staged.home,
        "select legal_entity_id, accounting_period_id, start_date, end_date, status"
        " from staging.stg_tryton__accounting_periods"
        " where accounting_period_id in ('2026-05', '2026-06') order by 2",
    ) == [
        ("UK01", "2026-05", date(2026, 5, 1), date(2026, 5, 31), "closed"),
        ("UK01", "2026-06", date(2026, 6, 1), date(2026, 6, 30), "open"),
    ]
    assert read(
        staged.home,
        "select from_currency_code, to_currency_code, rate_date, fx_rate, rate_type"
        " from staging.stg_tryton__fx_rates where rate_date = date '2026-06-02' order by 2",
    ) == [
        ("GBP", "EUR", date(2026, 6, 2), Decimal("1.164029"), "spot"),
        ("GBP", "USD", date(2026, 6, 2), Decimal("1.265300"), "spot"),
    ]
    assert read(
        staged.home,
        "select source_worker_id, employee_number, email, employment_status, terminated_date,"
        " is_active from staging.stg_tryton__workers where source_worker_id != 'W-0008' order by 1",
    ) == [
        ("W-0007", "W-0007", "ada.hartley@example.com", "active", None, True),
        ("W-0009", "W-0009", "isla.quinn@example.com", "terminated", date(2026, 5, 29), False),
    ]
    assert read(
        staged.home,
        "select source_project_id, project_code, is_active, raw_status"
        " from staging.stg_tryton__projects order by 1",
    ) == [
        ("P-1003", "P-1003", True, "Open"),
        ("P-1008", "P-1008", True, "Open"),
        ("P-1009", "P-1009", False, "Done"),
    ]


@pytest.fixture
def scribbled(own_ledger, tmp_path):
    """Moves with texts that look like ours and are not; the draft of the sample is deleted."""
    texts = (
        "worker=W-0007;hours=many;work_date=2026-02-30;bill=a lot",
        "hours=1.00000001;work_date=June",
        "xhours=9;project=P%3B1=50%25",
        "hours=-0.5;work_date=2028-02-29;bill=10 EUR",
        "",
    )
    moves = [
        booking(f"by hand {n}", date(2026, 6, 20), "1.00", text, accounts=(COST, OTHER))
        for n, text in enumerate(texts)
    ]
    odd = ("kantata:9002", "IMP:batch-7/14", "re: kantata")
    moves += [booking(text, date(2026, 6, 21), "1.00", "x", accounts=(COST, OTHER)) for text in odd]
    own_ledger.extract()
    enter(own_ledger, *moves)
    admin = own_ledger.admin()
    (draft,) = admin.search("account.move", [["state", "=", "draft"]])
    admin.model("account.move", "delete", [draft])
    own_ledger.now = datetime(2026, 7, 4, tzinfo=UTC)
    own_ledger.extract()
    stage(own_ledger)
    return own_ledger


def test_scribbled_texts_do_not_stop_the_build_and_a_deleted_move_says_so(scribbled):
    assert read(
        scribbled.home,
        "select is_deleted, is_posted, cost_amount_functional from staging.stg_tryton__erp_lines"
        " where memo = 'Draft accrual' order by source_version",
    ) == [(False, False, Decimal("50.00")), (True, False, Decimal("50.00"))]
    assert read(
        scribbled.home,
        "select source_worker_id, source_project_id, work_date, hours, contract_currency_code"
        " from staging.stg_tryton__erp_lines where memo like 'by hand%' order by memo",
    ) == [
        ("W-0007", None, None, Decimal(0), None),
        (None, None, None, Decimal(0), None),
        (None, "P;1=50%", None, Decimal(0), None),
        (None, None, date(2028, 2, 29), Decimal("-0.5"), "EUR"),
        (None, None, None, Decimal(0), None),
    ]
    assert read(
        scribbled.home,
        "select external_id, source_record_ref from staging.stg_tryton__erp_lines"
        " where accounting_date = date '2026-06-21' order by cast(erp_line_id as bigint)",
    ) == [(None, "kantata:9002"), ("IMP:batch-7/14", None), (None, None)]
    # entered by a server whose clock is ahead of ours, known since the extraction
    assert read(
        scribbled.home,
        "select count(*) from staging.stg_tryton__erp_lines where posted_at > known_at",
    ) == [(0,)]
