"""Projects, clients and people of the Kantata OX emulator.

Field names are those of the vendor's published Swagger (and, for users, of the public Singer tap's
schema). Not here: time (`kantata_time`), staffing (`kantata_staffing`), the workspaces' custom
fields (`kantata_custom_fields`), paging (`kantata_listing`).

Assumptions beyond the vendor's documents:

* A client is the primary workspace group of its projects; the ERP's customer code of a client is
  an external reference of that group, as an ERP integration writes it.
* A project closed in the PSA is archived and has the status message "Closed".
* `disabled` of a user, known from the Singer tap only, means that the person left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tieout.sandbox.vendors.kantata_account import (
    ACCOUNT_ID,
    BASE_UNIT,
    Account,
    Row,
    cents,
    stamp,
)

_STATUSES: Final = {"Active": (300, "green"), "Closed": (505, "grey")}


def workspaces(account: Account) -> Iterator[Row]:
    """Projects; archived ones are hidden unless asked for."""
    state = account.state
    values: dict[str, list[str]] = {}
    for row in account.rows("custom_field_values").values():
        values.setdefault(str(row.record["subject_id"]), []).append(row.id)
    staffed: dict[str, list[str]] = {}
    for row in account.rows("workspace_resources").values():
        staffed.setdefault(str(row.record["workspace_id"]), []).append(row.id)
    for project in state.projects:
        workspace_id = project.kantata_workspace_id
        client = state.client.get(project.client_id)
        group_id = client.kantata_group_id if client else None
        key, color = _STATUSES.get(project.kantata_status, (300, "green"))
        price = project.fee_amount if project.fee_amount is not None else project.cap_amount
        due = project.end_date.isoformat() if project.end_date else None
        currency = project.contract_currency_code
        record = {
            "title": project.name,
            "account_id": ACCOUNT_ID,
            "archived": not project.is_active,
            "description": "",
            "due_date": due,
            "effective_due_date": due,
            "start_date": project.start_date.isoformat(),
            "budgeted": True,
            "change_orders_enabled": False,
            "updated_at": stamp(project.changed_at),
            "created_at": stamp(project.created_at),
            "consultant_role_name": "Consultants",
            "client_role_name": "Clients",
            "access_level": "invitation",
            "currency": currency,
            "currency_symbol": currency,
            "currency_base_unit": BASE_UNIT,
            "tasks_default_non_billable": not project.is_billable,
            "rate_card_id": None,
            "price_in_cents": cents(price),
            "require_time_approvals": True,
            "require_expense_approvals": True,
            "stories_are_fixed_fee_by_default": project.billing_model == "fixed_fee",
            "status": {"color": color, "key": key, "message": project.kantata_status},
            "id": workspace_id,
            "primary_workspace_group_id": group_id,
            "workspace_group_ids": [group_id] if group_id else [],
            "workspace_resource_ids": staffed.get(workspace_id, []),
            "custom_field_value_ids": values.get(workspace_id, []),
        }
        yield Row(
            record,
            project.created_at,
            project.changed_at,
            project.start_date,
            is_hidden=not project.is_active,
        )


def workspace_groups(account: Account) -> Iterator[Row]:
    """Clients, as groups of projects."""
    projects: dict[str, list[str]] = {}
    for project in account.state.projects:
        projects.setdefault(project.client_id, []).append(project.kantata_workspace_id)
    for client in account.state.clients:
        if client.kantata_group_id is None:
            continue
        record = {
            "name": client.name,
            "company": True,
            "contact_name": None,
            "email": None,
            "phone_number": None,
            "address": None,
            "website": None,
            "notes": None,
            "created_at": stamp(client.created_at),
            "updated_at": stamp(client.changed_at),
            "id": client.kantata_group_id,
            "workspace_ids": projects.get(client.client_id, []),
            "external_reference_ids": [f"8{client.kantata_group_id}"],
        }
        yield Row(record, client.created_at, client.changed_at)


def external_references(account: Account) -> Iterator[Row]:
    """The ERP customer each client was synchronised to."""
    for client in account.state.clients:
        if client.kantata_group_id is None:
            continue
        record = {
            "service_name": "netsuite",
            "service_model": "Customer",
            "service_model_ref": client.client_id,
            "status": "successful",
            "locked": False,
            "external_link": None,
            "external_message": None,
            "external_status": None,
            "subject_type": "WorkspaceGroup",
            "subject_id": int(client.kantata_group_id),
            "created_at": stamp(client.created_at),
            "updated_at": stamp(client.changed_at),
            "id": f"8{client.kantata_group_id}",
        }
        yield Row(record, client.created_at, client.changed_at)


def users(account: Account) -> Iterator[Row]:
    """People of the account; the vendor serves no timestamps for them."""
    today = account.state.clock.date()
    for worker in account.state.workers:
        if worker.kantata_user_id is None:
            continue
        record = {
            "full_name": worker.full_name,
            "photo_path": "/images/default_profile_photo/default.png",
            "email_address": worker.email,
            "headline": worker.job_title,
            "generic": False,
            "disabled": worker.terminated_date is not None and worker.terminated_date < today,
            "account_id": str(ACCOUNT_ID),
            "id": worker.kantata_user_id,
        }
        yield Row(record, worker.created_at, worker.changed_at)


def stories(account: Account) -> Iterator[Row]:
    """Tasks of projects."""
    for task in account.state.tasks:
        if task.kantata_story_id is None:
            continue
        record = {
            "title": task.name,
            "story_type": "task",
            "state": "started",
            "archived": False,
            "billable": task.is_billable,
            "created_at": stamp(task.created_at),
            "updated_at": stamp(task.changed_at),
            "workspace_id": account.state.project[task.project_id].kantata_workspace_id,
            "id": task.kantata_story_id,
        }
        yield Row(record, task.created_at, task.changed_at)
