"""What staging makes of a Kantata account: the shapes that the canonical layer reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.kit.staging import build_staging, read
from tieout.config import load_firm

# entry -> its currency's subunits to a unit, and what 14000 of them are
SUBUNITS = {
    11: (1, Decimal(14000)), 12: (10, Decimal(1400)), 13: (1000, Decimal(14)), 14: (7, None),
}  # fmt: skip
CHANGED = datetime(2026, 7, 4, tzinfo=UTC)
SHAPES = {
    "time_entries": "source_system source_record_id source_version known_at is_deleted source_created_at source_updated_at source_worker_id source_client_id source_project_id source_submission_id source_task_id task_name work_date hours approval_status raw_status approved_at approver_source_id submitted_at labour_category is_billable bill_rate bill_currency_code cost_rate cost_currency_code legal_entity_id source_invoice_id notes",
    "workers": "source_system source_worker_id source_version known_at is_deleted worker_name email employee_number worker_type employment_status hired_date terminated_date legal_entity_id job_title is_active",
    "clients": "source_system source_client_id source_version known_at is_deleted client_code client_name currency_code is_active",
    "projects": "source_system source_project_id source_version known_at is_deleted project_code project_name source_client_id legal_entity_id billing_model contract_currency_code cap_amount_contract is_active is_billable raw_status start_date end_date",
    "assignments": "source_system source_assignment_id source_version known_at is_deleted source_worker_id source_project_id start_date end_date is_active",
    "approval_events": "source_system source_event_id source_version known_at is_deleted source_record_id source_grain event event_at actor_source_id comment",
}


@pytest.fixture
def staged(
    kantata: Any, make_firm: Any, make_entry: Any, make_submission: Any, tmp_path: Path
) -> Any:
    """Two extractions: between them an entry is deleted, one resubmitted, a project archived."""
    old = make_firm()
    old = make_firm(time_entries=(*old.time_entries, *(make_entry(n) for n in SUBUNITS)))
    kantata.show(old)
    body = kantata.get("time_entries", include="recent_submission,story", order="created_at:asc",
                       from_archived_workspaces="true", per_page=200).json  # fmt: skip
    for number, (base_unit, _) in SUBUNITS.items():
        body["time_entries"][f"5626700{number}"]["currency_base_unit"] = base_unit
    kantata.fault("ok_with_error", "/time_entries.json", body=body)
    kantata.extract()
    again = make_submission(
        9, created_at=CHANGED, changed_at=CHANGED, status="pending", resolution_at=None,
        resolution_worker_id=None,
    )  # fmt: skip
    kantata.show(make_firm(
        submissions=(*old.submissions, again),
        time_entries=(
            *old.time_entries,
            make_entry(9, hours=Decimal(10) / 60, hours_unrounded=Decimal(0), changed_at=CHANGED),
            make_entry(1, changed_at=CHANGED, is_deleted=True),
            replace(old.time_entries[3], changed_at=CHANGED, approval_status="submitted",
                    active_submission_id="45052609", recent_submission_id="45052609"),
        ),
        projects=(*old.projects, replace(old.projects[0], changed_at=CHANGED, is_active=False)),
    ))  # fmt: skip
    kantata.now = datetime(2026, 7, 5, tzinfo=UTC)
    kantata.extract(sweep_from=date(2026, 6, 1))
    build_staging(load_firm(kantata.folder / "firm"), kantata.home, "kantata")
    return kantata


def test_the_staged_account(staged: Any) -> None:
    def rows(query: str) -> list[tuple[Any, ...]]:
        return read(staged.home, query)

    for shape, columns in SHAPES.items():
        found = rows(
            f"select column_name from information_schema.columns where table_schema = 'staging' and table_name = 'stg_kantata__{shape}' order by ordinal_position"
        )
        assert " ".join(name for (name,) in found) == columns, shape

    full, rate, cost = Decimal("7.7500"), Decimal("140.000000"), Decimal("48.000000")
    assert rows(
        "select source_record_id, approval_status, raw_status, hours, bill_rate,"
        " bill_currency_code, cost_rate, approver_source_id from staging.stg_kantata__time_entries"
        " where source_record_id < '562670010' order by source_record_id, source_version"
    ) == [
        ("562670001", "approved", "approved", full, rate, "GBP", cost, "9572702"),
        ("562670001", "deleted", "approved", full, rate, "GBP", cost, "9572702"),
        (
            "562670002",
            "approved",
            "approved",
            Decimal("0.5000"),
            Decimal("187.500000"),
            "USD",
            cost,
            "9572702",
        ),
        ("562670003", "draft", "not submitted", full, rate, "GBP", cost, None),
        ("562670004", "rejected", "rejected", full, rate, "GBP", cost, None),
        ("562670004", "submitted", "pending", full, rate, "GBP", cost, None),
        ("562670005", "submitted", "pending", full, rate, "GBP", cost, None),
        ("562670006", "approved", "approved", full, rate, "GBP", cost, "9572702"),
        ("562670007", "approved", "approved", full, None, "GBP", cost, "9572702"),
        ("562670009", "approved", "approved", Decimal("0.1667"), rate, "GBP", cost, "9572702"),
    ]
    assert rows(
        "select bill_rate from staging.stg_kantata__time_entries"
        " where source_record_id > '562670010' order by source_record_id"
    ) == [(amount,) for _, amount in SUBUNITS.values()], "rates follow the currency's own subunit"
    assert rows(
        "select column_name, data_type from information_schema.columns where table_schema ="
        " 'staging' and table_name = 'stg_kantata__time_entries' and data_type like 'DECIMAL%'"
        " order by 1"
    ) == [
        ("bill_rate", "DECIMAL(18,6)"),
        ("cost_rate", "DECIMAL(18,6)"),
        ("hours", "DECIMAL(18,4)"),
    ]
    assert rows(
        "select approved_at from staging.stg_kantata__time_entries where approval_status = 'approved'"
        " group by 1"
    ) == [(datetime(2026, 6, 22, 9),)]
    assert rows(
        "select project_code, source_client_id, legal_entity_id, billing_model,"
        " contract_currency_code, cap_amount_contract, is_active, is_billable, raw_status"
        " from staging.stg_kantata__projects order by source_project_id, source_version"
    ) == [
        ("P-1001", "1450201", "UK01", "time_and_materials", "GBP", None, True, True, "Active"),
        ("P-1001", "1450201", "UK01", "time_and_materials", "GBP", None, False, True, "Active"),
        (
            "P-1002",
            "1450202",
            "UK01",
            "capped",
            "USD",
            Decimal("250000.0000"),
            True,
            True,
            "Active",
        ),
        ("P-1003", "1450201", "UK01", "time_and_materials", "GBP", None, False, True, "Closed"),
    ]
    assert rows(
        "select source_client_id, client_code, client_name from staging.stg_kantata__clients order by 1"
    ) == [("1450201", "C-01", "Client 1"), ("1450202", "C-02", "Client 2")]
    assert rows(
        "select source_worker_id, email, is_active from staging.stg_kantata__workers order by 1"
    ) == [
        ("9572701", "isla.1@meridian.example", True), ("9572702", "isla.2@meridian.example", False),
    ]  # fmt: skip
    assert rows(
        "select source_worker_id, source_project_id, start_date, end_date, is_active"
        " from staging.stg_kantata__assignments order by source_assignment_id"
    ) == [
        ("9572701", "19092301", date(2026, 1, 5), date(2026, 12, 31), True),
        ("9572701", "19092302", date(2026, 1, 5), date(2099, 12, 31), True),
    ]
    assert rows(
        "select source_event_id, event, actor_source_id, comment"
        " from staging.stg_kantata__approval_events order by 1"
    ) == [
        ("45052601:approved", "approved", "9572702", None),
        ("45052601:submitted", "submitted", "9572701", None),
        ("45052602:rejected", "rejected", "9572702", "Wrong project"),
        ("45052602:submitted", "submitted", "9572701", None),
        ("45052603:submitted", "submitted", "9572701", None),
        ("45052604:approved", "approved", "9572702", None),
        ("45052604:submitted", "submitted", "9572701", None),
        ("45052609:submitted", "submitted", "9572701", None),
    ]
