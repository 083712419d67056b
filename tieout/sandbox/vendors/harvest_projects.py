"""Harvest's clients, projects, tasks, assignments and rates, built from the sample firm.

Here: one function per list, from the firm's state to rows with the keys of Harvest's own samples,
and the short forms in which other records refer to them. Numbers stay `Decimal`.

Not here: time entries and users (`harvest_records`), paging and filters (`harvest_lists`), routes
(`harvest`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from tieout.sandbox.firm.model import Assignment, Client, FirmState, Project, Task, Worker
from tieout.sandbox.vendors.base import timestamp
from tieout.sandbox.vendors.harvest_lists import Row

Json = dict[str, Any]


def stamps(record: Any) -> Json:
    """When a record was made and last changed."""
    return {"created_at": timestamp(record.created_at), "updated_at": timestamp(record.changed_at)}


def named(worker: Worker) -> Json:
    """A user as other records refer to it."""
    return {"id": worker.harvest_user_id, "name": worker.full_name}


def coded(project: Project) -> Json:
    """A project as assignments refer to it."""
    return {"id": project.harvest_project_id, "name": project.name, "code": project.project_id}


def own_assignment(assigned: Assignment, worker: Worker, project: Project) -> Json:
    """The assignment of a user to a project, without naming either again."""
    return {
        "id": assigned.harvest_user_assignment_id,
        "is_project_manager": project.manager_worker_id == worker.worker_id,
        "is_active": assigned.is_active,
        "budget": None,
        **stamps(assigned),
        "hourly_rate": assigned.bill_rate,
    }


def own_task(task: Task) -> Json:
    """The assignment of a task to a project, without naming either again."""
    return {
        "id": task.harvest_task_assignment_id,
        "billable": task.is_billable,
        "is_active": True,
        **stamps(task),
        "hourly_rate": None,
        "budget": None,
    }


def clients(state: FirmState) -> list[Row]:
    """Clients of this account."""
    return [
        Row(
            client.harvest_client_id,
            client.changed_at,
            partial(client_record, client),
            {"is_active": client.is_active},
        )
        for client in state.clients
        if client.harvest_client_id is not None
    ]


def client_record(client: Client) -> Json:
    """One client."""
    return {
        "id": client.harvest_client_id,
        "name": client.name,
        "is_active": client.is_active,
        "address": None,
        "statement_key": hashlib.md5(client.client_id.encode(), usedforsecurity=False).hexdigest(),
        **stamps(client),
        "currency": client.currency_code,
    }


def projects(state: FirmState) -> list[Row]:
    """Projects of this account."""
    return [
        Row(
            project.harvest_project_id,
            project.changed_at,
            partial(project_record, state, project),
            {
                "is_active": project.is_active,
                "client_id": state.client[project.client_id].harvest_client_id,
            },
        )
        for project in state.projects
        if project.harvest_project_id is not None
    ]


def project_record(state: FirmState, project: Project) -> Json:
    """One project; people's rates apply, so it has no rate of its own."""
    client = state.client[project.client_id]
    reference = {"id": client.harvest_client_id, "name": client.name}
    return {
        "id": project.harvest_project_id,
        "name": project.name,
        "code": project.project_id,
        "is_active": project.is_active,
        "bill_by": "People" if project.is_billable else "none",
        "budget": None,
        "budget_by": "none",
        "budget_is_monthly": False,
        "notify_when_over_budget": False,
        "over_budget_notification_percentage": 80,
        "over_budget_notification_date": None,
        "show_budget_to_all": False,
        **stamps(project),
        "starts_on": project.start_date.isoformat(),
        "ends_on": project.end_date.isoformat() if project.end_date else None,
        "is_billable": project.is_billable,
        "is_fixed_fee": project.billing_model == "fixed_fee",
        "notes": "",
        "client": {**reference, "currency": client.currency_code},
        "cost_budget": None,
        "cost_budget_include_expenses": False,
        "hourly_rate": None,
        "fee": project.fee_amount if project.billing_model == "fixed_fee" else None,
    }


def in_harvest(state: FirmState) -> Iterator[Task]:
    """Tasks of projects that this account has."""
    for task in state.tasks:
        is_shared = task.harvest_task_id is not None and task.project_id in state.project
        if is_shared and task.harvest_task_assignment_id is not None:
            yield task


def tasks(state: FirmState) -> list[Row]:
    """The account's tasks: one per name, shared by projects."""
    first: dict[int, Task] = {}
    for task in in_harvest(state):
        first.setdefault(task.harvest_task_id or 0, task)
    return [
        Row(number, task.changed_at, partial(task_record, task), {"is_active": True})
        for number, task in first.items()
    ]


def task_record(task: Task) -> Json:
    """One task."""
    return {
        "id": task.harvest_task_id,
        "name": task.name,
        "billable_by_default": task.is_billable,
        "default_hourly_rate": None,
        "is_default": False,
        "is_active": True,
        **stamps(task),
    }


def task_assignments(state: FirmState) -> list[Row]:
    """Which task may be used on which project."""
    return [
        Row(
            task.harvest_task_assignment_id or 0,
            task.changed_at,
            partial(task_assignment, state, task),
            {"is_active": True},
        )
        for task in in_harvest(state)
    ]


def task_assignment(state: FirmState, task: Task) -> Json:
    """One task on one project."""
    return {
        **own_task(task),
        "project": coded(state.project[task.project_id]),
        "task": {"id": task.harvest_task_id, "name": task.name},
    }


def user_assignments(state: FirmState) -> list[Row]:
    """Who may work on which project."""
    return [
        Row(
            assigned.harvest_user_assignment_id,
            assigned.changed_at,
            partial(user_assignment, state, assigned),
            {
                "is_active": assigned.is_active,
                "user_id": state.worker[assigned.worker_id].harvest_user_id,
            },
        )
        for assigned in state.assignments
        if assigned.harvest_user_assignment_id is not None
        and assigned.project_id in state.project
        and assigned.worker_id in state.worker
    ]


def user_assignment(state: FirmState, assigned: Assignment) -> Json:
    """One person on one project."""
    worker, project = state.worker[assigned.worker_id], state.project[assigned.project_id]
    return {
        **own_assignment(assigned, worker, project),
        "use_default_rates": False,
        "project": coded(project),
        "user": named(worker),
    }


def billable_rates(state: FirmState, worker_id: str) -> list[Row]:
    """Dated bill rates of one person."""
    return [
        Row(rate.harvest_rate_id, rate.changed_at, partial(dated, rate, "bill_rate"))
        for rate in state.rate_cards
        if rate.worker_id == worker_id and rate.harvest_rate_id is not None
    ]


def cost_rates(state: FirmState, worker_id: str) -> list[Row]:
    """Dated cost rates of one person."""
    return [
        Row(rate.harvest_rate_id, rate.changed_at, partial(dated, rate, "cost_rate"))
        for rate in state.cost_rates
        if rate.worker_id == worker_id and rate.harvest_rate_id is not None
    ]


def dated(rate: Any, amount: str) -> Json:
    """One dated rate."""
    return {
        "id": rate.harvest_rate_id,
        "amount": getattr(rate, amount),
        "start_date": rate.start_date.isoformat(),
        "end_date": rate.end_date.isoformat() if rate.end_date else None,
        **stamps(rate),
    }
