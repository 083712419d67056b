"""Staffing of the Kantata OX emulator: workspace resources and workspace allocations.

Field names are those of the vendor's published Swagger. Not here: projects and people
(`kantata_master`), paging (`kantata_listing`).

Assumptions beyond the vendor's documents:

* Who may work on a project is its workspace resources; from when to when is one allocation each.
* A staffing without an end is allocated to the end of its project, or to `OPEN_END`.
* A withdrawn staffing is deleted, resource and allocation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from tieout.sandbox.vendors.kantata_account import Account, Row, stamp

OPEN_END: Final = date(2099, 12, 31)
ALLOCATION_OFFSET: Final = 1_000_000
WORKDAY_MINUTES: Final = 480
_FRIDAY: Final = 4


def workspace_resources(account: Account) -> Iterator[Row]:
    """Who may work on which project."""
    state = account.state
    for staffing in state.assignments:
        if staffing.kantata_assignment_id is None or not staffing.is_active:
            continue
        worker = state.worker[staffing.worker_id]
        project = state.project[staffing.project_id]
        record = {
            "created_at": stamp(staffing.created_at),
            "updated_at": stamp(staffing.changed_at),
            "display_label": worker.full_name,
            "full_name": worker.full_name,
            "label": worker.job_title,
            "role_id": None,
            "role_name": worker.job_title,
            "user_id": worker.kantata_user_id,
            "workspace_id": int(project.kantata_workspace_id),
            "workspace_title": project.name,
            "id": staffing.kantata_assignment_id,
        }
        yield Row(record, staffing.created_at, staffing.changed_at)


def workspace_allocations(account: Account) -> Iterator[Row]:
    """When somebody is staffed on a project: one allocation per assignment."""
    state = account.state
    for staffing in state.assignments:
        if staffing.kantata_assignment_id is None or not staffing.is_active:
            continue
        project = state.project[staffing.project_id]
        end = staffing.end_date or project.end_date or OPEN_END
        record = {
            "created_at": stamp(staffing.created_at),
            "updated_at": stamp(staffing.changed_at),
            "start_date": staffing.start_date.isoformat(),
            "end_date": end.isoformat(),
            "minutes": _workdays(staffing.start_date, end) * WORKDAY_MINUTES,
            "percentage": 100.0,
            "hard": True,
            "notes": None,
            "creator_id": account.user_id(project.manager_worker_id),
            "workspace_id": project.kantata_workspace_id,
            "workspace_resource_id": staffing.kantata_assignment_id,
            "id": str(int(staffing.kantata_assignment_id) + ALLOCATION_OFFSET),
        }
        yield Row(record, staffing.created_at, staffing.changed_at, staffing.start_date)


def _workdays(first: date, last: date) -> int:
    """Mondays to Fridays from `first` to `last`, both included."""
    days = (last - first).days + 1
    weeks, rest = divmod(max(days, 0), 7)
    extra = sum((first + timedelta(days=n)).weekday() <= _FRIDAY for n in range(rest))
    return weeks * 5 + extra
