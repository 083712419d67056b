"""One answer of Kantata OX: is it what was asked for, and what records does it hold.

The vendor keeps records in objects keyed by id and their order in `results`; associated records
that were asked for stand beside them. Here they are checked and joined, nothing is interpreted.

Not here: which lists are asked for and how they are paged (`resources`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pipelines.contracts import Table
from pipelines.kantata.tables import (
    TIME_ENTRIES,
    WORKSPACE_ALLOCATIONS,
    WORKSPACE_GROUPS,
    WORKSPACES,
)

# What the ledger needs to know of a project -> name of the custom field that holds it. A firm
# that calls its fields otherwise says so in the system's options (`custom_project_code: Job no.`).
CUSTOM_FIELDS: Final[Mapping[str, str]] = {
    "project_code": "Project code",
    "billing_model": "Billing model",
    "legal_entity": "Legal entity",
    "contract_currency": "Contract currency",
    "cap_amount": "Cap amount",
}
CUSTOMER_MODEL: Final = "Customer"


@dataclass(frozen=True)
class Answer:
    """One page of a list.

    Attributes:
        raw: the bytes as received.
        records: the records in the vendor's order, associated records joined in.
        ids: ids of the records, in the same order.
        count: how many records the whole list holds.
    """

    raw: bytes
    records: list[dict[str, Any]]
    ids: list[str]
    count: int


def read_answer(
    table: Table,
    raw: bytes,
    offset: int,
    limit: int,
    custom_fields: Mapping[str, str] = CUSTOM_FIELDS,
) -> Answer:
    """Check one answer and take its records.

    Args:
        table: the table whose list was asked for.
        raw: the answer.
        offset: how many records of the list were to be skipped.
        limit: how many were asked for.
        custom_fields: role -> name of the workspace's custom field.

    Raises:
        ValueError: if this is no such stretch of the list: no JSON, an error with status 200,
            fewer or more records than there must be, or one that is announced and missing.
    """
    body = json.loads(raw, parse_float=Decimal)
    if not isinstance(body, dict):
        raise ValueError("the answer is no object")  # noqa: TRY004 - about the content
    if body.get("errors"):
        raise ValueError(f"the answer holds errors: {str(body['errors'])[:200]}")
    results, count = body.get("results"), body.get("count")
    if not isinstance(results, list) or not isinstance(count, int):
        raise ValueError(f"no page of {table.name}: {raw[:80]!r}")  # noqa: TRY004
    due = max(0, min(limit, count - offset))
    if len(results) != due:
        raise ValueError(f"{len(results)} of {count} records came where {due} are due")
    held = body.get(table.name) or {}
    ids = [str(reference["id"]) for reference in results if reference.get("key") == table.name]
    absent = [record_id for record_id in ids if record_id not in held]
    if absent or len(ids) != due:
        raise ValueError(f"{table.name} {absent[:3]} announced and missing")
    records = [_joined(table, held[record_id], body, custom_fields) for record_id in ids]
    return Answer(raw, records, ids, count)


def _joined(
    table: Table, record: dict[str, Any], body: Mapping[str, Any], fields: Mapping[str, str]
) -> dict[str, Any]:
    """A record with what is needed of the records beside it."""
    join = _JOINS.get(table.name)
    return {**record, **join(record, body, fields)} if join else record


def _beside(body: Mapping[str, Any], collection: str, record_id: Any) -> dict[str, Any] | None:
    """A record the same answer holds beside the main ones."""
    return None if record_id is None else (body.get(collection) or {}).get(str(record_id))


def _of_time_entry(
    record: dict[str, Any], body: Mapping[str, Any], _: Mapping[str, str]
) -> dict[str, Any]:
    sheet = _beside(body, "timesheet_submissions", record.get("recent_submission_id"))
    story = _beside(body, "stories", record.get("story_id"))
    return {
        "story": {"title": story.get("title")} if story else None,
        "submission": sheet
        and {
            "status": sheet.get("status"),
            "resolved_at": sheet.get("current_resolution_created_at_date"),
            "resolved_by": sheet.get("current_resolution_creator_id"),
        },
    }


def _of_workspace(
    record: dict[str, Any], body: Mapping[str, Any], fields: Mapping[str, str]
) -> dict[str, Any]:
    """Custom fields by role; a project code that nobody has stays absent, so it is missed."""
    values: dict[str, dict[str, Any]] = {}
    for value_id in record.get("custom_field_value_ids") or ():
        value = _beside(body, "custom_field_values", value_id)
        if value is not None:
            values[str(value.get("custom_field_name"))] = value
    held = {role: values[name] for role, name in fields.items() if name in values}
    custom: dict[str, Any] = {
        "billing_model": _shown(held.get("billing_model")),
        "legal_entity": _shown(held.get("legal_entity")),
        "contract_currency": _shown(held.get("contract_currency")),
        "cap_in_cents": None,
        "cap_currency": None,
    }
    if "project_code" in held:
        custom["project_code"] = _shown(held["project_code"])
    cap = held["cap_amount"].get("value") if "cap_amount" in held else None
    if isinstance(cap, list) and len(cap) == 2:  # noqa: PLR2004 - [hundredths, code]
        custom["cap_in_cents"], custom["cap_currency"] = cap
    elif cap is not None:
        custom["cap_in_cents"] = str(cap)  # not the documented form: set aside by its type
    return {"custom": custom}


def _shown(value: Mapping[str, Any] | None) -> Any:
    """A custom field as people read it; of a choice that is its label."""
    return value.get("display_value") if value else None


def _of_group(
    record: dict[str, Any], body: Mapping[str, Any], _: Mapping[str, str]
) -> dict[str, Any]:
    """The customer code an ERP integration wrote on the group."""
    for reference_id in record.get("external_reference_ids") or ():
        reference = _beside(body, "external_references", reference_id)
        if reference and reference.get("service_model") == CUSTOMER_MODEL:
            return {"customer": {"code": reference.get("service_model_ref")}}
    return {"customer": None}


def _of_allocation(
    record: dict[str, Any], body: Mapping[str, Any], _: Mapping[str, str]
) -> dict[str, Any]:
    resource = _beside(body, "workspace_resources", record.get("workspace_resource_id"))
    return {
        "resource": resource
        and {"user_id": resource.get("user_id"), "workspace_id": resource.get("workspace_id")}
    }


_Join = Callable[[dict[str, Any], Mapping[str, Any], Mapping[str, str]], dict[str, Any]]
_JOINS: Final[Mapping[str, _Join]] = {
    TIME_ENTRIES.name: _of_time_entry,
    WORKSPACES.name: _of_workspace,
    WORKSPACE_GROUPS.name: _of_group,
    WORKSPACE_ALLOCATIONS.name: _of_allocation,
}
