"""BambooHR's employees, built from the sample firm: list, directory, details, history rows.

Not here: routes, paging and credentials (`bamboohr`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from tieout.sandbox.firm.model import FirmState, Worker
from tieout.sandbox.vendors.base import timestamp

Json = dict[str, Any]

SORTABLE: Final = (
    "employeeId",
    "firstName",
    "lastName",
    "preferredName",
    "jobTitleName",
    "status",
)
LOCATIONS: Final = {"US": "New York", "GB": "London", "IN": "Bengaluru"}
DIRECTORY_FIELDS: Final = [
    {"id": name, "type": kind, "name": label}
    for name, kind, label in (
        ("displayName", "text", "Display name"),
        ("firstName", "text", "First name"),
        ("lastName", "text", "Last name"),
        ("preferredName", "text", "Preferred name"),
        ("jobTitle", "list", "Job title"),
        ("workEmail", "email", "Work Email"),
        ("department", "list", "Department"),
        ("location", "list", "Location"),
        ("division", "list", "Division"),
        ("supervisor", "employee", "Manager"),
        ("photoUrl", "url", "Employee photo"),
    )
]


def is_active(worker: Worker) -> bool:
    """Whether somebody still works here, as of this version of the record."""
    last = worker.terminated_date
    return last is None or last > worker.changed_at.date()


def working_status(worker: Worker) -> str:
    """The employment status while somebody works here."""
    return "Contractor" if worker.worker_type == "contractor" else "Full-Time"


def identity(worker: Worker) -> Json:
    """The fields that every record of the list carries."""
    return {
        "employeeId": worker.bamboohr_id,
        "firstName": worker.first_name,
        "lastName": worker.last_name,
        "preferredName": None,
        "photoUrl": None,
        "jobTitleName": worker.job_title,
        "status": "Active" if is_active(worker) else "Inactive",
    }


def every_field(state: FirmState, worker: Worker) -> Json:
    """All values of one employee, under the names of both the list and the details."""
    entity = state.entity[worker.legal_entity_id]
    manager = state.worker.get(worker.manager_worker_id or "")
    location = LOCATIONS.get(entity.country_code)
    status = working_status(worker) if is_active(worker) else "Terminated"
    return {
        **identity(worker),
        "displayName": worker.full_name,
        "employeeNumber": worker.worker_id,
        "workEmail": worker.email,
        "hireDate": worker.hired_date.isoformat(),
        "originalHireDate": worker.hired_date.isoformat(),
        "terminationDate": day(worker.terminated_date),
        "jobTitle": worker.job_title,
        "division": entity.bamboohr_division,
        "divisionName": entity.bamboohr_division,
        "department": worker.department,
        "departmentName": worker.department,
        "location": location,
        "locationName": location,
        "country": entity.country_code,
        "employmentStatus": status,
        "employmentStatusName": status,
        "reportsToId": manager.bamboohr_id if manager else None,
        "reportsToName": manager.full_name if manager else None,
        "supervisor": manager.full_name if manager else None,
        "lastChanged": timestamp(worker.changed_at),
    }


LISTABLE: Final = frozenset(
    {
        "workEmail",
        "hireDate",
        "divisionName",
        "departmentName",
        "locationName",
        "employmentStatusName",
        "reportsToName",
        "reportsToId",
    }
)
"""Optional fields of the list that this company fills; any other name is silently ignored."""


def listed(state: FirmState, worker: Worker, wanted: Iterable[str]) -> Json:
    """One record of the list."""
    values = every_field(state, worker)
    optional = {name: values[name] for name in wanted if name in LISTABLE}
    return {**identity(worker), **optional, "_restrictedFields": []}


def details(state: FirmState, worker: Worker, wanted: Iterable[str]) -> Json:
    """One employee with the fields asked for; unknown names are left out."""
    values = every_field(state, worker)
    return {"id": worker.bamboohr_id, **{n: values[n] for n in wanted if n in values}}


def in_directory(state: FirmState, worker: Worker) -> Json:
    """One record of the directory."""
    values = every_field(state, worker)
    shown = {field["id"]: values[field["id"]] for field in DIRECTORY_FIELDS}
    return {"id": worker.bamboohr_id, **shown, "canUploadPhoto": 0}


def change(worker: Worker) -> Json:
    """One record of the feed of changes."""
    action = "Inserted" if worker.changed_at == worker.created_at else "Updated"
    return {
        "id": worker.bamboohr_id,
        "action": "Deleted" if worker.is_deleted else action,
        "lastChanged": timestamp(worker.changed_at),
    }


def table_rows(state: FirmState, worker: Worker, table: str) -> list[Json]:
    """The dated rows of one of an employee's tables."""
    values = every_field(state, worker)
    names = {
        "employmentStatus": ("employmentStatus",),
        "jobInfo": ("location", "department", "division", "jobTitle"),
    }[table]
    shown = {name: values[name] for name in names}
    if table == "jobInfo":
        return [row(worker, 1, worker.hired_date, shown | {"reportsTo": values["reportsToName"]})]
    rows = [row(worker, 1, worker.hired_date, {"employmentStatus": working_status(worker)})]
    if worker.terminated_date is not None and not is_active(worker):
        rows.append(row(worker, 2, worker.terminated_date, shown))
    return rows


def row(worker: Worker, number: int, since: date, values: Json) -> Json:
    """One dated row."""
    identifier = f"{worker.bamboohr_id}{number}"
    return {"id": identifier, "employeeId": worker.bamboohr_id, "date": day(since), **values}


def day(value: date | None) -> str | None:
    """A date as the API writes it."""
    return value.isoformat() if value else None
