"""Custom fields of workspaces in the Kantata OX emulator.

The vendor's rule: setting a value again replaces it by a new value object with a new id, so the
id of a value changes with every change and the old one is gone. `type` is string, single,
currency and so on; `value` of a choice is the list of chosen ids, of a currency
``[hundredths, code]``; `display_value` is the readable form.

Assumption: the account keeps what the ledger needs to know of a project in the fields named in
`FIELDS`. Not here: how workspaces refer to their values (`kantata_master`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tieout.sandbox.firm.model import Project
from tieout.sandbox.vendors.kantata_account import ACCOUNT_ID, Account, Row, cents, stamp

BILLING_MODELS: Final = {
    "time_and_materials": (1, "Time and materials"),
    "fixed_fee": (2, "Fixed fee"),
    "capped": (3, "Capped"),
    "retainer": (4, "Retainer"),
    "internal": (5, "Internal"),
}
_CHOICE_BASE: Final = 50
_REVISIONS: Final = 100

Shown = tuple[Any, str] | None
"""Value and display value, or None where the field is empty."""


@dataclass(frozen=True)
class Field:
    """One custom field: id, name, type, and what a project shows in it."""

    id: int
    name: str
    kind: str
    show: Callable[[Project], Shown]


def _billing_model(project: Project) -> Shown:
    choice, label = BILLING_MODELS[project.billing_model]
    return [choice], label


def _legal_entity(project: Project) -> Shown:
    code = project.legal_entity_id
    return [_CHOICE_BASE + sum(code.encode()) % _CHOICE_BASE], code


def _cap(project: Project) -> Shown:
    if project.cap_amount is None:
        return None
    code = project.contract_currency_code
    return [cents(project.cap_amount), code], f"{code} {project.cap_amount:,.2f}"


FIELDS: Final = (
    Field(9001, "Project code", "string", lambda row: (row.project_id, row.project_id)),
    Field(9002, "Billing model", "single", _billing_model),
    Field(9003, "Legal entity", "single", _legal_entity),
    Field(
        9004,
        "Contract currency",
        "string",
        lambda row: (row.contract_currency_code, row.contract_currency_code),
    ),
    Field(9005, "Cap amount", "currency", _cap),
)


@dataclass
class _Held:
    """The value a field holds, since when, and how often it was set."""

    shown: Shown
    since: datetime
    revision: int


def _history(projects: Iterable[Project], clock: datetime) -> dict[tuple[str, int], _Held]:
    """What each field of each workspace holds at `clock`, counting the changes before."""
    held: dict[tuple[str, int], _Held] = {}
    for project in sorted(projects, key=lambda row: row.changed_at):
        if project.changed_at > clock:
            break
        for number, field in enumerate(FIELDS):
            place = (project.kantata_workspace_id, number)
            shown = None if project.is_deleted else field.show(project)
            before = held.get(place)
            if before is None:
                held[place] = _Held(shown, project.changed_at, 0)
            elif before.shown != shown:
                held[place] = _Held(shown, project.changed_at, before.revision + 1)
    return held


def custom_field_values(account: Account) -> Iterator[Row]:
    """The values of the workspaces' custom fields as they stand; empty fields have none."""
    for (workspace, number), held in _history(account.firm.projects, account.state.clock).items():
        if held.shown is None:
            continue
        field = FIELDS[number]
        value, display = held.shown
        record = {
            "account_id": ACCOUNT_ID,
            "can_edit": True,
            "created_at": stamp(held.since),
            "updated_at": stamp(held.since),
            "custom_field_id": str(field.id),
            "custom_field_name": field.name,
            "display_value": display,
            "subject_id": int(workspace),
            "subject_type": "Workspace",
            "type": field.kind,
            "value": value,
            "id": str((int(workspace) * len(FIELDS) + number) * _REVISIONS + held.revision),
        }
        yield Row(record, held.since, held.since)
