"""Harvest's time entries, users and company, built from the sample firm.

Here: one function per list, from the firm's state to rows with the keys of Harvest's own samples.
Numbers stay `Decimal`.

Not here: clients, projects, tasks, assignments and rates (`harvest_projects`), paging and filters
(`harvest_lists`), routes (`harvest`).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from tieout.sandbox.firm.model import FirmState, TimeEntryVersion, Worker
from tieout.sandbox.vendors.harvest_lists import Row
from tieout.sandbox.vendors.harvest_projects import named, own_assignment, own_task, stamps

Json = dict[str, Any]
SECONDS_PER_WEEK: Final = 40 * 3600
TIME_ZONES: Final = {"US": "Eastern Time (US & Canada)", "IN": "New Delhi", "GB": "London"}


def nothing(state: FirmState) -> list[Row]:  # noqa: ARG001 - same signature as the other lists
    """A list the firm does not use."""
    return []


def time_entries(system_id: str, state: FirmState) -> list[Row]:
    """Entries of this account's users; a deleted project takes its entries with it."""
    return [
        Row(
            record_id=int(entry.source_record_id),
            updated_at=entry.changed_at,
            spent_date=entry.work_date,
            facts=entry_facts(state, entry),
            render=partial(time_entry, state, entry),
        )
        for entry in state.time_entries
        if entry.source_system == system_id
        and entry.project_id in state.project
        and entry.worker_id in state.worker
    ]


def entry_facts(state: FirmState, entry: TimeEntryVersion) -> Json:
    """What the entry list filters by."""
    project = state.project[entry.project_id]
    task = state.task.get(entry.task_id or "")
    return {
        "user_id": state.worker[entry.worker_id].harvest_user_id,
        "client_id": state.client[project.client_id].harvest_client_id,
        "project_id": project.harvest_project_id,
        "task_id": task.harvest_task_id if task else None,
        "is_billed": entry.source_invoice_id is not None,
        "is_running": False,
    }


def time_entry(state: FirmState, entry: TimeEntryVersion) -> Json:
    """One time entry."""
    worker = state.worker[entry.worker_id]
    project = state.project[entry.project_id]
    client = state.client[project.client_id]
    task = state.task.get(entry.task_id or "")
    assigned = state.assignment.get(f"{entry.worker_id}/{entry.project_id}")
    invoice = entry.source_invoice_id
    return {
        "id": int(entry.source_record_id),
        "spent_date": entry.work_date.isoformat(),
        "user": named(worker),
        "client": {"id": client.harvest_client_id, "name": client.name},
        "project": {"id": project.harvest_project_id, "name": project.name},
        "task": {"id": task.harvest_task_id, "name": task.name} if task else None,
        "user_assignment": own_assignment(assigned, worker, project) if assigned else None,
        "task_assignment": own_task(task) if task else None,
        "hours": entry.hours_unrounded,
        "hours_without_timer": entry.hours_unrounded,
        "rounded_hours": entry.hours,
        "notes": entry.notes,
        **stamps(entry),
        "is_locked": entry.is_locked,
        "locked_reason": entry.locked_reason,
        "is_closed": entry.is_closed,
        "is_billed": invoice is not None,
        "timer_started_at": None,
        "started_time": None,
        "ended_time": None,
        "is_running": False,
        "invoice": {"id": int(invoice), "number": invoice} if invoice else None,
        "external_reference": None,
        "billable": entry.is_billable,
        "budgeted": False,
        "billable_rate": entry.bill_rate,
        "cost_rate": entry.cost_rate,
    }


def users(state: FirmState) -> list[Row]:
    """People with a seat in this account."""
    return [
        Row(
            worker.harvest_user_id,
            worker.changed_at,
            partial(user, state, worker),
            active(worker),
        )
        for worker in state.workers
        if worker.harvest_user_id is not None
    ]


def active(worker: Worker) -> Json:
    """Whether somebody has a seat: archiving is an act, so it is a version and not a day."""
    last = worker.terminated_date
    return {"is_active": last is None or last > worker.changed_at.date()}


def user(state: FirmState, worker: Worker) -> Json:
    """One user."""
    country = state.entity[worker.legal_entity_id].country_code
    return {
        "id": worker.harvest_user_id,
        "first_name": worker.first_name,
        "last_name": worker.last_name,
        "email": worker.harvest_email,
        "telephone": "",
        "timezone": TIME_ZONES.get(country, "UTC"),
        "has_access_to_all_future_projects": False,
        "is_contractor": worker.worker_type == "contractor",
        **active(worker),
        **stamps(worker),
        "weekly_capacity": SECONDS_PER_WEEK,
        "default_hourly_rate": worker.default_bill_rate,
        "cost_rate": worker.cost_rate,
        "roles": [worker.job_title],
        "access_roles": ["member"],
        "avatar_url": "https://cache.harvestapp.com/assets/profile_images/big_ben.png",
    }


def company(name: str) -> Json:
    """The account's own settings."""
    return {
        "base_uri": "https://sandbox.harvestapp.com",
        "full_domain": "sandbox.harvestapp.com",
        "name": name,
        "is_active": True,
        "week_start_day": "Monday",
        "wants_timestamp_timers": False,
        "time_format": "decimal",
        "date_format": "%Y-%m-%d",
        "plan_type": "sponsored",
        "expense_feature": True,
        "invoice_feature": True,
        "estimate_feature": True,
        "approval_feature": True,
        "clock": "24h",
        "currency_code_display": "iso_code_none",
        "currency_symbol_display": "symbol_before",
        "decimal_symbol": ".",
        "thousands_separator": ",",
        "color_scheme": "orange",
        "weekly_capacity": SECONDS_PER_WEEK,
    }
