"""What staging makes of a BambooHR company: workers with entity, kind and dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tests.kit.staging import build_staging, read
from tieout.config import load_firm


def test_the_staged_company(bamboohr: Any) -> None:
    bamboohr.extract()
    removed = replace(
        bamboohr.workers[0], is_deleted=True, changed_at=datetime(2026, 7, 4, tzinfo=UTC)
    )
    bamboohr.show(*bamboohr.workers, removed)
    bamboohr.now = datetime(2026, 7, 5, tzinfo=UTC)
    bamboohr.extract()
    build_staging(load_firm(bamboohr.folder / "firm"), bamboohr.home, "bamboohr")
    assert read(
        bamboohr.home,
        "select source_worker_id, employee_number, worker_name, worker_type, employment_status,"
        " hired_date, terminated_date, legal_entity_id, is_active, is_deleted"
        " from staging.stg_bamboohr__workers order by source_worker_id, source_version",
    ) == [
        ("101", "W-0001", "Ada Nguyen 1", "employee", "active", date(2024, 1, 8), None, "US01", True, False),
        ("101", None, None, None, None, None, None, None, False, True),
        ("102", "W-0002", "Ada Nguyen 2", "employee", "active", date(2024, 1, 8), None, "US01", True, False),
        (
            "103", "W-0003", "Bo Nguyen 3", "contractor", "terminated", date(2024, 1, 8),
            date(2026, 6, 12), "US01", False, False,
        ),
    ]  # fmt: skip
