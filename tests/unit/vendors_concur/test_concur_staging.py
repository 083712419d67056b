"""What staging makes of a Concur site: the shapes that the canonical layer reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.kit.staging import build_staging, read
from tieout.config import load_firm

CHANGED = datetime(2026, 7, 4, tzinfo=UTC)
SHAPES = {
    "expense_items": "source_system source_record_id source_version known_at is_deleted source_created_at source_updated_at source_worker_id source_client_id source_project_id source_report_id expense_type work_date approval_status raw_status approved_at approver_source_id submitted_at legal_entity_id is_billable is_personal is_company_paid transaction_amount transaction_currency_code approved_amount reimbursement_currency_code exchange_rate tax_amount tax_code country_code has_receipt is_receipt_in_company_name supplier_tax_registration notes",
    "workers": "source_system source_worker_id source_version known_at is_deleted worker_name email employee_number worker_type employment_status hired_date terminated_date legal_entity_id job_title is_active",
    "approval_events": "source_system source_event_id source_version known_at is_deleted source_record_id source_grain event event_at actor_source_id comment",
}


@pytest.fixture
def staged(concur: Any, make_firm: Any, make_item: Any, make_report: Any) -> Any:
    """Two extractions: between them an entry is deleted and a report is approved."""
    old = make_firm()
    rare = ("A_EXTV", "A_TEXP", "X_OWN", None, "A_FILE")
    old = make_firm(
        expense_reports=(
            *old.expense_reports,
            *(
                make_report(n, "A_PEND", approval_status_code=code)
                for n, code in enumerate(rare, 11)
            ),
        ),
        expense_entries=(
            *old.expense_entries,
            *(make_item(n, n, "submitted") for n in range(11, 16)),
        ),
    )
    concur.show(old)
    concur.extract()
    approved = make_report(2, changed_at=CHANGED, approved_at=CHANGED)
    gone = make_item(2, changed_at=CHANGED, is_deleted=True)
    concur.show(make_firm(
        expense_reports=(*old.expense_reports, approved),
        expense_entries=(*old.expense_entries, gone),
    ))  # fmt: skip
    concur.now = datetime(2026, 7, 5, tzinfo=UTC)
    concur.extract(sweep_from=date(2026, 6, 1))
    build_staging(load_firm(concur.folder / "firm"), concur.home, "concur")
    return concur


def test_the_staged_site(staged: Any) -> None:
    def rows(query: str) -> list[tuple[Any, ...]]:
        return read(staged.home, query)

    for shape, columns in SHAPES.items():
        found = rows(
            f"select column_name from information_schema.columns where table_schema = 'staging' and table_name = 'stg_concur__{shape}' order by ordinal_position"
        )
        assert " ".join(name for (name,) in found) == columns, shape

    ravi = "ravi.1@meridian.example"
    assert rows(
        "select right(source_record_id, 1), approval_status, raw_status, source_worker_id,"
        " source_project_id, is_billable, is_personal, is_company_paid"
        " from staging.stg_concur__expense_items where source_record_id < 'gWid0000000010'"
        " order by source_record_id, source_version"
    ) == [
        ("1", "approved", "A_APPR", ravi, "P-1001", True, False, False),
        ("2", "approved", "A_APPR", ravi, "P-1002", False, False, False),
        ("2", "deleted", "A_APPR", ravi, "P-1002", False, False, False),
        ("3", "approved", "A_APPR", ravi, None, True, True, False),
        ("4", "approved", "A_APPR", ravi, "P-1001", True, False, True),
        ("5", "submitted", "A_PEND", ravi, "P-1001", True, False, False),
        ("5", "approved", "A_APPR", ravi, "P-1001", True, False, False),
        ("6", "draft", "A_NOTF", ravi, "P-1001", True, False, False),
        ("7", "rejected", "A_RESU", ravi, "P-1001", True, False, False),
        ("8", "approved", "A_APPR", "ravi.2@meridian.example", "P-1001", True, False, False),
    ]
    assert rows(
        "select transaction_amount, transaction_currency_code, approved_amount,"
        " reimbursement_currency_code, exchange_rate, work_date, approved_at, approver_source_id,"
        " expense_type, notes from staging.stg_concur__expense_items"
        " where source_record_id = 'gWid0000000001'"
    ) == [(
        Decimal("150.2500"), "USD", Decimal("12000.0000"), "INR", Decimal("83.2000000000"),
        date(2026, 6, 10), datetime(2026, 6, 22, 9, 30, 15),
        "ravi.2@meridian.example", "Taxi", "Airport",
    )]  # fmt: skip
    assert rows(
        "select raw_status, approval_status, approved_at from staging.stg_concur__expense_items"
        " where source_record_id > 'gWid0000000010' order by source_record_id"
    ) == [
        ("A_EXTV", "submitted", None), ("A_TEXP", "submitted", None), ("X_OWN", "submitted", None),
        (None, "draft", None), ("A_FILE", "submitted", None),
    ], "only the code for approved is an approval"  # fmt: skip
    assert rows("select distinct notes from staging.stg_concur__expense_items order by 1") == [
        ("Airport",), ("City Cabs",),
    ]  # fmt: skip
    assert rows(
        "select source_worker_id, employee_number, worker_name, is_active"
        " from staging.stg_concur__workers order by 1"
    ) == [
        (ravi, "W-0001", "Ravi Iyer 1", True),
        ("ravi.2@meridian.example", "W-0002", "Ravi Iyer 2", False),
    ]
    assert rows(
        "select cast(right(source_record_id, 1) as integer) as report, event, count(*),"
        " count(distinct source_event_id) from staging.stg_concur__approval_events"
        " where source_record_id < '0000000000000000000A' group by all order by all"
    ) == [
        (1, "approved", 1, 1), (1, "submitted", 1, 1), (2, "approved", 1, 1),
        (2, "submitted", 2, 1), (4, "rejected", 1, 1), (4, "submitted", 1, 1),
        (5, "approved", 1, 1), (5, "submitted", 1, 1),
    ]  # fmt: skip
