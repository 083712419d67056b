"""Every record of the emulated Kantata has described fields only, with their described types.

`DESCRIBED` holds field names and types of the vendor's published Swagger definitions for the
fields the emulator serves; `BEYOND` the few that come from elsewhere (see the emulator's modules).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

TEXT, WHOLE, NUMBER, FLAG, OBJECT = "string", "integer", "number", "boolean", "object"
DAY, MOMENT, TEXTS = "date", "date-time", "array"
DESCRIBED: dict[str, dict[str, str]] = {
    "time_entries": {
        "active_submission_id": TEXT, "approved": FLAG, "billable": FLAG,
        "cost_rate_in_cents": WHOLE, "created_at": MOMENT, "currency": TEXT,
        "currency_base_unit": WHOLE, "currency_symbol": TEXT, "date_performed": DAY,
        "is_invoiced": FLAG, "notes": TEXT, "rate_in_cents": WHOLE, "recent_submission_id": TEXT,
        "story_id": TEXT, "taxable": FLAG, "time_in_minutes": WHOLE, "updated_at": MOMENT,
        "user_can_edit": FLAG, "user_id": TEXT, "workspace_id": TEXT,
    },
    "timesheet_submissions": {
        "comment": TEXT, "created_at": MOMENT, "currency": TEXT, "currency_base_unit": WHOLE,
        "currency_symbol": TEXT, "current_resolution_created_at_date": MOMENT,
        "current_resolution_creator_id": WHOLE, "current_resolution_description": TEXT,
        "end_date": DAY, "line_item_total_formatted": TEXT, "line_item_total_in_cents": WHOLE,
        "permissions": OBJECT, "resolution_description": TEXT, "start_date": DAY, "status": TEXT,
        "time_entry_ids": TEXTS, "title": TEXT, "type": TEXT, "updated_at": MOMENT,
        "user_id": TEXT, "workspace_id": TEXT,
    },
    "users": {"email_address": TEXT, "full_name": TEXT, "headline": TEXT, "photo_path": TEXT},
    "workspaces": {
        "access_level": TEXT, "account_id": WHOLE, "archived": FLAG, "budgeted": FLAG,
        "change_orders_enabled": FLAG, "client_role_name": TEXT, "consultant_role_name": TEXT,
        "created_at": MOMENT, "currency": TEXT, "currency_base_unit": WHOLE,
        "currency_symbol": TEXT, "custom_field_value_ids": TEXTS, "description": TEXT,
        "due_date": DAY, "effective_due_date": DAY, "price_in_cents": WHOLE,
        "primary_workspace_group_id": TEXT, "rate_card_id": WHOLE,
        "require_expense_approvals": FLAG, "require_time_approvals": FLAG, "start_date": DAY,
        "status": OBJECT, "stories_are_fixed_fee_by_default": FLAG,
        "tasks_default_non_billable": FLAG, "title": TEXT, "updated_at": MOMENT,
        "workspace_group_ids": TEXTS, "workspace_resource_ids": TEXTS,
    },
    "workspace_groups": {
        "address": TEXT, "company": FLAG, "contact_name": TEXT, "created_at": MOMENT,
        "email": TEXT, "external_reference_ids": TEXTS, "name": TEXT, "notes": TEXT,
        "phone_number": TEXT, "updated_at": MOMENT, "website": TEXT, "workspace_ids": TEXTS,
    },
    "workspace_resources": {
        "created_at": MOMENT, "display_label": TEXT, "full_name": TEXT, "label": TEXT,
        "role_id": TEXT, "role_name": TEXT, "updated_at": MOMENT, "user_id": TEXT,
        "workspace_id": WHOLE, "workspace_title": TEXT,
    },
    "workspace_allocations": {
        "created_at": MOMENT, "creator_id": TEXT, "end_date": DAY, "hard": FLAG, "minutes": WHOLE,
        "notes": TEXT, "percentage": NUMBER, "start_date": DAY, "updated_at": MOMENT,
        "workspace_id": TEXT, "workspace_resource_id": TEXT,
    },
    "stories": {
        "archived": FLAG, "billable": FLAG, "created_at": MOMENT, "state": TEXT,
        "story_type": TEXT, "title": TEXT, "updated_at": MOMENT, "workspace_id": TEXT,
    },
    "custom_field_values": {
        "account_id": WHOLE, "can_edit": FLAG, "created_at": MOMENT, "custom_field_id": TEXT,
        "custom_field_name": TEXT, "display_value": TEXT, "subject_id": WHOLE,
        "subject_type": TEXT, "type": TEXT, "updated_at": MOMENT,
    },
}  # fmt: skip
# users: the public Singer tap's schema; value: text, list of choices, or [hundredths, code]
BEYOND = {"users": {"account_id", "disabled", "generic"}, "custom_field_values": {"value"}}
INCLUDES = {
    "time_entries": "recent_submission", "timesheet_submissions": "time_entries",
    "workspaces": "custom_field_values,primary_workspace_group,workspace_groups,workspace_resources",
    "workspace_groups": "external_references,workspaces",
}  # fmt: skip


def fits(value: Any, kind: str) -> bool:
    if value is None:
        return True
    if kind == DAY:
        return date.fromisoformat(value) is not None
    if kind == MOMENT:
        return datetime.fromisoformat(value).tzinfo is not None
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    types: dict[str, Any] = {TEXT: str, WHOLE: int, NUMBER: int | float, FLAG: bool, OBJECT: dict}
    return isinstance(value, types[kind]) and (kind == FLAG or not isinstance(value, bool))


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_record_is_as_described(kantata: Any, name: str) -> None:
    body = kantata.get(
        f"{name}.json", per_page=200, include=INCLUDES.get(name, ""), include_archived="true",
        from_archived_workspaces="true", subject_type="Workspace",
    ).json  # fmt: skip
    records = body[name]
    assert len(records) == body["count"] > 0
    for record_id, record in records.items():
        assert record["id"] == record_id
        fields = set(record) - {"id"} - BEYOND.get(name, set())
        assert fields <= set(DESCRIBED[name])
        wrong = {f for f in fields if not fits(record[f], DESCRIBED[name][f])}
        assert wrong == set()


def test_the_connector_reads_described_fields_only() -> None:
    from pipelines.kantata.tables import TABLES

    joined = {"submission", "story", "custom", "customer", "resource"}
    for table in TABLES:
        asked = {column.keys[0] for column in table.columns} - joined
        assert asked <= set(DESCRIBED[table.name]) | BEYOND.get(table.name, set())
