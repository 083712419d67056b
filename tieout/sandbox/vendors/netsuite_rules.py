"""What the emulated NetSuite checks before it saves a record, and the texts it refuses with.

Here: reading property values (references, dates, hours, amounts, booleans), property name
validation, and the checks every record shares: accounting period, active references.

Not here: which property goes where (`netsuite_timebill`, `netsuite_journal`), the texts themselves
(`netsuite_errors`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from sqlite3 import Row
from typing import Any, Final

from tieout.sandbox.vendors.netsuite_errors import (
    invalid_key,
    invalid_value,
    period_closed,
    unknown_property,
    value_missing,
)
from tieout.sandbox.vendors.netsuite_store import Store
from tieout.sandbox.vendors.netsuite_tables import held

NAME_VALIDATION: Final = "X-NetSuite-PropertyNameValidation"
_CLOCK_HOURS = re.compile(r"^(-?)(\d{1,4}):([0-5]\d)$")
_AMOUNT_LIMIT: Final = Decimal(10) ** 15


def known_properties(
    body: Mapping[str, Any], names: Collection[str], validation: str
) -> dict[str, Any]:
    """The body without properties the record does not have.

    Args:
        body: properties as sent.
        names: properties of the record type.
        validation: value of the name validation header; `Error` refuses, anything else drops.

    Raises:
        Refusal: for an unknown property under `Error`.
    """
    unknown = [name for name in body if name not in names]
    if unknown and validation.lower() == "error":
        raise unknown_property(unknown[0])
    return {name: value for name, value in body.items() if name in names}


def reference(value: Any, field: str) -> str | None:
    """The internal id of a reference property: `{"id": "12"}`, a bare id, or None."""
    key = value.get("id") if isinstance(value, Mapping) else value
    if key is None or key == "":
        return None
    if not str(key).lstrip("-").isdigit():
        raise invalid_value(field, key)
    return str(key)


def day(value: Any, field: str) -> date | None:
    """A date property, ISO 8601."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise invalid_value(field, value) from None


def number(value: Any, field: str) -> Decimal | None:
    """An amount or rate, exact."""
    if value in (None, ""):
        return None
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        raise invalid_value(field, value) from None
    if not read.is_finite() or abs(read) >= _AMOUNT_LIMIT:
        raise invalid_value(field, value)
    return read


def hours(value: Any) -> Decimal | None:
    """A duration: decimal hours or `h:mm`."""
    match = _CLOCK_HOURS.match(str(value))
    if match is None:
        return number(value, "hours")
    total = Decimal(int(match[2]) * 60 + int(match[3])) / 60
    return -total if match[1] else total


def flag(value: Any, field: str) -> bool:
    """A boolean property."""
    if isinstance(value, bool):
        return value
    if value in (None, "", "F", "false"):
        return False
    if value in ("T", "true"):
        return True
    raise invalid_value(field, value)


def require_open_period(store: Store, moment: date) -> Row:
    """The posting period of a date, if records may still be saved in it.

    Raises:
        Refusal: USER_ERROR with the period text, when the period is closed, locked or missing.
    """
    found = store.row(
        "select * from accountingperiod where startdate <= ? and enddate >= ? "
        "and isposting = 'T' and isquarter = 'F' and isyear = 'F' and isadjust = 'F' "
        "order by id limit 1",
        (held(moment), held(moment)),
    )
    if found is None or found["closed"] == "T" or found["alllocked"] == "T":
        raise period_closed()
    return found


def require_active(
    store: Store, table: str, kind: str, key: str | None, *, label: str, owner: str | None = None
) -> Row:
    """The referenced row, if it exists and is active.

    Args:
        store: the account.
        table: where the reference points.
        kind: the word the refusal uses.
        key: internal id as sent.
        label: the field's label, for a missing value.
        owner: for whom the reference must be valid, such as `subsidiary 2`.

    Raises:
        Refusal: missing value, invalid reference key, or reference inactive for its owner.
    """
    if key is None:
        raise value_missing(label)
    found = store.by_id(table, key)
    if found is None:
        raise invalid_key(kind, key)
    if found["isinactive"] == "T":
        own = f"subsidiary {found['subsidiary']}" if "subsidiary" in found.keys() else None  # noqa: SIM118
        raise invalid_key(kind, key, owner or own)
    return found
