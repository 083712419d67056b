"""The `journalEntry` record of the emulated NetSuite: header, lines, ledger lines, and JSON.

Here: what saving a journal means. Not here: how its lines are kept (`netsuite_lines`), paths and
headers (`netsuite_records`).

Assumed beyond the documented facts: journals need no approval routing, so a journal without
`approvalStatus` is approved and posts at once; line ids count from 0 and line 0 is the main line;
the account's journal lines have the custom fields custcol_tieout_employee, _cost, _bill, _currency
and _work_date; the text of an unbalanced journal; exchange rates other than 1 are kept, not
revalued.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from sqlite3 import Row
from typing import Any, Final

from tieout.sandbox.vendors.netsuite_errors import (
    TAX_TEXT,
    Refusal,
    invalid_value,
    value_missing,
)
from tieout.sandbox.vendors.netsuite_lines import remove, stored_lines, write_lines
from tieout.sandbox.vendors.netsuite_rules import (
    day,
    number,
    reference,
    require_active,
    require_open_period,
)
from tieout.sandbox.vendors.netsuite_store import Store
from tieout.sandbox.vendors.netsuite_timebill import stored_day

TABLE: Final = "transaction"
APPROVED: Final = "2"
PROPERTIES: Final = frozenset(
    {
        "subsidiary", "currency", "exchangeRate", "tranDate", "postingPeriod", "externalId",
        "tranId", "memo", "approved", "approvalStatus", "reversalDate", "reversalDefer",
        "toSubsidiary", "void", "department", "class", "location", "isBookSpecific",
        "accountingBook", "line",
    }
)  # fmt: skip
_ZERO = Decimal(0)


def find(store: Store, *, key: str | None = None, external_id: str | None = None) -> Row | None:
    """A journal by internal id or external id."""
    if key is not None:
        row = store.by_id(TABLE, key)
        return row if row is not None and row["type"] == "Journal" else None
    return store.row(
        "select * from \"transaction\" where externalid = ? and type = 'Journal' order by id",
        (external_id,),
    )


def save(
    store: Store,
    old: Row | None,
    body: Mapping[str, Any],
    moment: datetime,
    external_id: str | None,
) -> str:
    """Insert (no `old`) or change a journal; the internal id comes back.

    Raises:
        Refusal: as NetSuite refuses the save; nothing is changed then.
    """
    if old is not None:
        require_open_period(store, stored_day(old["trandate"]))
    when = day(body.get("tranDate"), "trandate") if "tranDate" in body else None
    if when is None:
        when = stored_day(old["trandate"]) if old is not None else moment.date()
    period = require_open_period(store, when)
    subsidiary = _subsidiary(store, old, body)
    currency = reference(body.get("currency"), "currency") or str(
        old["currency"] if old is not None else subsidiary["currency"]
    )
    require_active(store, "currency", "currency", currency, label="Currency")
    lines = _lines(store, body["line"], subsidiary) if "line" in body else None
    if lines is None and old is None:
        raise value_missing("Account")
    header = dict(old) if old is not None else _fresh(store, moment)
    header.update(
        externalid=external_id if external_id is not None else header.get("externalid"),
        trandate=when,
        postingperiod=period["id"],
        currency=currency,
        exchangerate=number(body.get("exchangeRate", "1"), "exchangerate"),
        memo=body.get("memo", header.get("memo")),
        lastmodifieddate=moment,
        **_approval(body, old),
    )
    store.put(TABLE, [header])
    if lines is not None:
        write_lines(store, header["id"], subsidiary["id"], lines, posting=header["posting"])
    return str(header["id"])


def delete(store: Store, old: Row) -> None:
    """Delete a journal with its lines.

    Raises:
        Refusal: in a closed period.
    """
    require_open_period(store, stored_day(old["trandate"]))
    remove(store, old["id"])


def as_json(store: Store, row: Row) -> dict[str, Any]:
    """A journal as the record service shows it, lines expanded."""
    lines = stored_lines(store, row["id"])
    items = [
        {
            "line": line["id"],
            "account": {"id": str(line["account"])},
            "debit": line["debit"],
            "credit": line["credit"],
            "memo": line["memo"],
        }
        for line in lines
    ]
    return {
        "links": [],
        "id": str(row["id"]),
        "externalId": row["externalid"],
        "tranId": row["tranid"],
        "tranDate": stored_day(row["trandate"]).isoformat(),
        "postingPeriod": {"id": str(row["postingperiod"])},
        "currency": {"id": str(row["currency"])},
        "approvalStatus": {"id": str(row["approvalstatus"])},
        "memo": row["memo"],
        "line": {"items": items, "count": len(items), "hasMore": False},
    }


def _fresh(store: Store, moment: datetime) -> dict[str, Any]:
    key = store.next_id()
    return {
        "id": key,
        "type": "Journal",
        "tranid": f"JE{key}",
        "void": False,
        "createdby": "integration",
        "createddate": moment,
    }


def _approval(body: Mapping[str, Any], old: Row | None) -> dict[str, Any]:
    given = reference(body.get("approvalStatus"), "approvalstatus")
    if given is None and "approved" in body:
        given = APPROVED if body["approved"] else "1"
    status = given or (str(old["approvalstatus"]) if old is not None else APPROVED)
    approved = status == APPROVED
    return {"approvalstatus": status, "status": "B" if approved else "A", "posting": approved}


def _subsidiary(store: Store, old: Row | None, body: Mapping[str, Any]) -> Row:
    key = reference(body.get("subsidiary"), "subsidiary")
    if key is None and old is not None:
        line = store.row(
            'select subsidiary from transactionline where "transaction" = ? order by id',
            (old["id"],),
        )
        key = None if line is None else str(line["subsidiary"])
    return require_active(store, "subsidiary", "subsidiary", key, label="Subsidiary")


def _lines(store: Store, sublist: Any, subsidiary: Row) -> list[dict[str, Any]]:
    """The lines as sent, checked one by one and as a whole."""
    items = sublist.get("items") if isinstance(sublist, Mapping) else None
    if not isinstance(items, list):
        raise invalid_value("line", sublist)
    lines = [_line(store, item, subsidiary) for item in items]
    total = sum((line["debit"] or _ZERO) - (line["credit"] or _ZERO) for line in lines)
    if len(lines) < 2 or total != 0:
        raise Refusal(400, f"Transaction was not in balance. Total = {total}", "USER_ERROR")
    return lines


def _line(store: Store, item: Mapping[str, Any], subsidiary: Row) -> dict[str, Any]:
    account = require_active(
        store, "account", "account", reference(item.get("account"), "account"),
        label="Account", owner=f"subsidiary {subsidiary['id']}",
    )  # fmt: skip
    if account["istaxrequired"] == "T" and not item.get("taxCode"):
        raise Refusal(400, TAX_TEXT, "USER_ERROR")
    entity = reference(item.get("entity"), "entity")
    if entity is not None:
        tables = ("job", "customer", "employee")
        table = next((name for name in tables if store.by_id(name, entity)), "customer")
        require_active(
            store, table, "entity", entity, label="Name", owner=f"subsidiary {subsidiary['id']}"
        )
    work_date: date | None = day(item.get("custcol_tieout_work_date"), "custcol_tieout_work_date")
    return {
        "account": account["id"],
        "debit": number(item.get("debit"), "debit"),
        "credit": number(item.get("credit"), "credit"),
        "memo": item.get("memo"),
        "entity": entity,
        "custcol_tieout_employee": reference(item.get("custcol_tieout_employee"), "employee"),
        "custcol_tieout_cost": number(item.get("custcol_tieout_cost"), "custcol_tieout_cost"),
        "custcol_tieout_bill": number(item.get("custcol_tieout_bill"), "custcol_tieout_bill"),
        "custcol_tieout_currency": item.get("custcol_tieout_currency"),
        "custcol_tieout_work_date": work_date,
    }
