"""How SAP Concur v3 writes values: instants without zone, plain numbers, custom fields, links.

Not here: the records (`concur_records`), lists and paging (`concur_lists`), routes and tokens
(`concur`).
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def zoneless(moment: datetime | None) -> str | None:
    """An instant in UTC as v3 writes it: no zone, no more digits than it has."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def midnight(day: date) -> str:
    """A day as v3 writes it: its midnight, no zone."""
    return f"{day.isoformat()}T00:00:00"


def number(amount: Decimal) -> Decimal | int:
    """An amount without trailing zeros: 1900 and 307.01, as the samples show them."""
    if amount == amount.to_integral_value():
        return int(amount)
    return amount.normalize()


def list_field(code: str, label: str) -> dict[str, Any]:
    """A custom field of a connected list: the item's name, code and id."""
    item = base64.b32encode(code.encode()).decode().rstrip("=")
    return {"Type": "ConnectedList", "Value": label, "Code": code, "ListItemID": f"gWp{item}"}


def seal(position: str) -> str:
    """A position in a list as the opaque text the vendor hands out."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def unseal(offset: str) -> str | None:
    """The position behind an opaque text, None if the vendor never handed it out."""
    try:
        padded = offset + "=" * (-len(offset) % 4)
        return base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
