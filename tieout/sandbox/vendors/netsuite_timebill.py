"""The `timeBill` record of the emulated NetSuite: properties, checks, row, and JSON.

Here: what saving a time bill means. Not here: paths and headers (`netsuite_records`).

Assumed beyond the documented facts:

- approved time (`approvalStatus` 3) is posted on save (`posted` = T, `createdDate` tells when);
- the subsidiary follows from the employee; intercompany time is enabled, so a project of another
  subsidiary is accepted; the service item is defaulted from the project;
- the account has the custom fields custcol_tieout_cost, _bill, _currency and _work_date;
- a negative duration is accepted (it reverses time in a later period).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from sqlite3 import Row
from typing import Any, Final

from tieout.sandbox.vendors.netsuite_errors import Refusal, value_missing
from tieout.sandbox.vendors.netsuite_rules import (
    day,
    flag,
    hours,
    number,
    reference,
    require_active,
    require_open_period,
)
from tieout.sandbox.vendors.netsuite_store import Store

TABLE: Final = "timebill"
APPROVED: Final = "3"
PROPERTIES: Final = frozenset(
    {
        "employee", "customer", "item", "caseTaskEvent", "tranDate", "hours", "isBillable", "rate",
        "price", "overrideRate", "department", "class", "location", "subsidiary", "memo",
        "externalId", "timeType", "approvalStatus", "nextApprover", "rejectionNote", "payrollItem",
        "isUtilized", "isProductive", "custcol_tieout_cost", "custcol_tieout_bill",
        "custcol_tieout_currency", "custcol_tieout_work_date",
    }
)  # fmt: skip
_DEPENDENT_TEXT: Final = "This record cannot be deleted because it has dependent records."


def find(store: Store, *, key: str | None = None, external_id: str | None = None) -> Row | None:
    """A time bill by internal id or external id."""
    if key is not None:
        return store.by_id(TABLE, key)
    return store.row("select * from timebill where externalid = ? order by id", (external_id,))


def save(
    store: Store,
    old: Row | None,
    body: Mapping[str, Any],
    moment: datetime,
    external_id: str | None,
) -> str:
    """Insert (no `old`) or change a time bill; the internal id comes back.

    Raises:
        Refusal: as NetSuite refuses the save; nothing is changed then.
    """
    row: dict[str, Any] = dict(old) if old is not None else {}
    if old is not None:
        require_open_period(store, stored_day(old["trandate"]))
    row.update(_given(body))
    row["externalid"] = external_id if external_id is not None else row.get("externalid")
    if row.get("trandate") is None:
        row["trandate"] = moment.date()
    when = row["trandate"]
    require_open_period(store, when if isinstance(when, date) else stored_day(when))
    employee = require_active(
        store, "employee", "employee", _text(row.get("employee")), label="Employee"
    )
    owner = f"subsidiary {employee['subsidiary']}"
    if row.get("customer") is not None:
        table = "job" if store.by_id("job", row["customer"]) is not None else "customer"
        require_active(
            store, table, "customer", _text(row["customer"]), label="Customer", owner=owner
        )
    if row.get("hours") is None:
        raise value_missing("Duration")
    row["subsidiary"] = employee["subsidiary"]
    row["approvalstatus"] = row.get("approvalstatus") or APPROVED
    row["posted"] = str(row["approvalstatus"]) == APPROVED
    row.setdefault("timetype", "A")
    row.setdefault("isbillable", False)
    if old is None:
        row.update(id=store.next_id(), createddate=moment, createdby="integration")
    row["lastmodifieddate"] = moment
    store.put(TABLE, [row])
    return str(row["id"])


def delete(store: Store, old: Row) -> None:
    """Delete a time bill.

    Raises:
        Refusal: in a closed period, or when the time stands on an invoice.
    """
    require_open_period(store, stored_day(old["trandate"]))
    charged = store.row("select id from charge where timerecord = ? limit 1", (old["id"],))
    if charged is not None:
        raise Refusal(400, _DEPENDENT_TEXT, "THIS_RECORD_CANNOT_BE_DELETED")
    store.execute("delete from timebill where id = ?", (old["id"],))


def as_json(store: Store, row: Row) -> dict[str, Any]:  # noqa: ARG001 - same shape for all records
    """A time bill as the record service shows it."""
    return {
        "links": [],
        "id": str(row["id"]),
        "externalId": row["externalid"],
        "employee": {"id": str(row["employee"])},
        "customer": {"id": str(row["customer"])} if row["customer"] is not None else None,
        "tranDate": stored_day(row["trandate"]).isoformat(),
        "hours": row["hours"],
        "isBillable": row["isbillable"] == "T",
        "memo": row["memo"],
        "approvalStatus": {"id": str(row["approvalstatus"])},
        "posted": row["posted"] == "T",
        "subsidiary": {"id": str(row["subsidiary"])},
        "custcol_tieout_cost": row["custcol_tieout_cost"],
        "custcol_tieout_bill": row["custcol_tieout_bill"],
        "custcol_tieout_currency": row["custcol_tieout_currency"],
    }


def stored_day(value: str) -> date:
    """The day of a held date (`@2026-06-30 00:00:00`)."""
    return date.fromisoformat(value[1:11])


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    """Columns for the properties that were sent."""
    readers: dict[str, tuple[str, Any]] = {
        "employee": ("employee", lambda value: reference(value, "employee")),
        "customer": ("customer", lambda value: reference(value, "customer")),
        "item": ("item", lambda value: reference(value, "item")),
        "tranDate": ("trandate", lambda value: day(value, "trandate")),
        "hours": ("hours", hours),
        "isBillable": ("isbillable", lambda value: flag(value, "isbillable")),
        "rate": ("rate", lambda value: number(value, "rate")),
        "memo": ("memo", _text),
        "timeType": ("timetype", _text),
        "approvalStatus": ("approvalstatus", lambda value: reference(value, "approvalstatus")),
        "custcol_tieout_cost": (
            "custcol_tieout_cost", lambda value: number(value, "custcol_tieout_cost")
        ),
        "custcol_tieout_bill": (
            "custcol_tieout_bill", lambda value: number(value, "custcol_tieout_bill")
        ),
        "custcol_tieout_currency": ("custcol_tieout_currency", _text),
        "custcol_tieout_work_date": (
            "custcol_tieout_work_date", lambda value: day(value, "custcol_tieout_work_date")
        ),
    }  # fmt: skip
    return {
        readers[name][0]: readers[name][1](value) for name, value in body.items() if name in readers
    }
