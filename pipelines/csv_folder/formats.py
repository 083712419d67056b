"""The files of a csv_folder firm: their columns, and what a cell must look like.

Grain and meaning of each file stand at its format. Reading files with these checks is `reader`;
what of them is landed is `tables`. No money is computed here: rates and hours pass through.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

_STATES = ("draft", "submitted", "approved", "rejected", "deleted")
_VERSION_MAX = 10**15


@dataclass(frozen=True)
class Field:
    """One column of a file.

    Attributes:
        name: header of the column.
        check: turns a non-empty cell into its value; raises ValueError with what to write instead.
        is_required: an empty cell is refused.
        is_optional: the whole column may be missing.
    """

    name: str
    check: Callable[[str], object]
    is_required: bool = True
    is_optional: bool = False


@dataclass(frozen=True)
class FileFormat:
    """One file of the folder.

    Attributes:
        table: landed table; the file is `<table>.csv`.
        fields: its columns, in any order in the file.
        unique: columns that no two rows share; empty where repetition is information.
        refers: column that must name a row of entries.csv.
        is_required: the folder must hold the file.
    """

    table: str
    fields: tuple[Field, ...]
    unique: tuple[str, ...] = ()
    refers: str = ""
    is_required: bool = True

    @property
    def file_name(self) -> str:
        """Name of the file in the folder."""
        return f"{self.table}.csv"


def _text(cell: str) -> str:
    return cell


def _number(places: int) -> Callable[[str], str]:
    def check(cell: str) -> str:
        try:
            value = Decimal(cell)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise ValueError(f"{cell!r} is no number; write digits and a decimal point, as in 7.5")
        if abs(value) >= Decimal(10) ** 12:
            raise ValueError(f"{cell!r} is too large; check the column")
        if value != round(value, places):
            raise ValueError(f"{cell!r} has more than {places} decimal places; round it")
        return cell

    return check


def _version(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit() or not 0 < int(cell) < _VERSION_MAX:
        raise ValueError(f"{cell!r} is no version; write a whole number from 1 up")
    return int(cell)


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is no date; write it as 2026-06-30") from None


def _month(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", cell):
        raise ValueError(f"{cell!r} is no accounting period; write it as 2026-06")
    return cell


def _currency(cell: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", cell):
        raise ValueError(f"{cell!r} is no currency; write its ISO 4217 code, as in USD")
    return cell


def _flag(cell: str) -> bool:
    if cell.lower() not in ("true", "false"):
        raise ValueError(f"{cell!r} is neither True nor False")
    return cell.lower() == "true"


def _state(cell: str) -> str:
    if cell.lower() not in _STATES:
        raise ValueError(f"{cell!r} is no state; use one of {', '.join(_STATES)}")
    return cell.lower()


_HOURS = _number(4)
_RATE = _number(6)

ENTRIES = FileFormat(  # one row per source time entry
    table="entries",
    fields=(
        Field("entry_id", _text),
        Field("legal_entity", _text),
        Field("functional_currency", _currency),
        Field("worker_id", _text),
        Field("project_id", _text),
        Field("work_date", _day),
        Field("bill_rate_usd", _RATE, is_required=False),
        Field("cost_rate_functional", _RATE, is_required=False),
    ),
    unique=("entry_id",),
)

ENTRY_VERSIONS = FileFormat(  # one row per version of an entry, as it became known
    table="entry_versions",
    fields=(
        Field("entry_id", _text),
        Field("version", _version),
        Field("known_on", _day),
        Field("state", _state),
        Field("hours", _HOURS),
        Field("project_id", _text, is_required=False),
        Field("is_billable", _flag),
    ),
    unique=("entry_id", "version"),
    refers="entry_id",
)

ERP_LINES = FileFormat(  # one row per ERP line; the same external id twice is a double posting
    table="erp_lines",
    fields=(
        Field("external_id", _text, is_required=False),
        Field("entry_id", _text, is_required=False),
        Field("project_id", _text, is_required=False),
        Field("hours", _HOURS),
        Field("known_on", _day),
        Field("accounting_period", _month),
        Field("legal_entity", _text, is_required=False, is_optional=True),
        Field("bill_rate_usd", _RATE, is_required=False, is_optional=True),
        Field("cost_rate_functional", _RATE, is_required=False, is_optional=True),
    ),
)

BILLED = FileFormat(  # one row per entry and invoice: all lines of the entry are on the invoice
    table="billed",
    fields=(Field("entry_id", _text), Field("invoice_id", _text), Field("known_on", _day)),
    unique=("entry_id", "invoice_id"),
    refers="entry_id",
    is_required=False,
)

FX_RATES = FileFormat(  # one row per currency pair, valid on every day
    table="fx_rates",
    fields=(
        Field("from_currency", _currency),
        Field("to_currency", _currency),
        Field("rate", _number(10)),
    ),
    unique=("from_currency", "to_currency"),
    is_required=False,
)

FORMATS = (ENTRIES, ENTRY_VERSIONS, ERP_LINES, BILLED, FX_RATES)
