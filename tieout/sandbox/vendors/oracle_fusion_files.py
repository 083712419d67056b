"""FBDI files as the emulated loader of Oracle Fusion reads them: positions become named cells.

Here: unpacking a zip, telling rows apart by their first field, field counts, dates and numbers.
Not here: whether a row makes sense (`oracle_fusion_costs`, `oracle_fusion_journals`).

Facts: positions of LABOR, NONLABOR and journal rows (accepted rows of a live pod), no header, dates
YYYY/MM/DD, trailing fields may be missing. Assumed: a file with one unreadable row is not loaded at
all (a real loader sets the bad rows aside), and a journal row has 148 to 150 fields.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

COSTS_CSV: Final = "PjcTxnXfaceStageAll.csv"
JOURNALS_CSV: Final = "GlInterface.csv"

_LABOR: Final = {
    "business_unit": 2, "source": 4, "document": 6, "entry": 8, "batch": 10, "item_date": 13,
    "person": 14, "project": 19, "task_number": 22, "task": 23, "expenditure_type": 25,
    "organization": 27, "quantity": 29, "unit": 31, "billable": 34, "reference": 36,
    "unmatched": 37, "reversed": 38, "comment": 39, "gl_date": 40, "currency": 41,
    "raw_cost": 43, "context": 88, "attribute1": 89, "attribute2": 90, "attribute3": 91,
    "attribute4": 92,
}  # fmt: skip
_RESOURCE_AFTER, _RESOURCE_FIELDS = 28, 4
_COST_WIDTHS: Final = {"LABOR": range(103, 106), "NONLABOR": range(107, 110)}
_JOURNAL: Final = {
    "status": 1, "ledger_id": 2, "accounting_date": 3, "source": 4, "category": 5, "currency": 6,
    "created": 7, "actual": 8, "debit": 39, "credit": 40, "reference1": 43, "reference4": 46,
    "reference10": 52, "reference21": 53, "reference22": 54, "reference23": 55, "reference24": 56,
    "reference25": 57, "group": 67, "ledger": 92,
}  # fmt: skip
_SEGMENTS = range(9, 39)
_JOURNAL_WIDTHS = range(148, 151)
_DATE = re.compile(r"^\d{4}/\d{2}/\d{2}$")
_DATES: Final = frozenset({"item_date", "gl_date", "accounting_date", "created"})
_NUMBERS: Final = frozenset({"quantity", "raw_cost", "debit", "credit"})


class LoadFailed(Exception):  # noqa: N818 - named for what happened
    """The loader could not read a file; the text is what its log says."""


def unpack(content: bytes) -> tuple[str, list[dict[str, Any]]]:
    """The one CSV of an FBDI zip: its name and its rows as named cells.

    Raises:
        LoadFailed: if the zip or a row cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            text = archive.read(names[0]).decode("utf-8") if len(names) == 1 else ""
    except (zipfile.BadZipFile, UnicodeDecodeError) as problem:
        raise LoadFailed(f"the zip cannot be read: {problem}") from problem
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if names == [COSTS_CSV]:
        return COSTS_CSV, [_cost(number, row) for number, row in enumerate(rows, start=1)]
    if names == [JOURNALS_CSV]:
        return JOURNALS_CSV, [_journal(number, row) for number, row in enumerate(rows, start=1)]
    raise LoadFailed(f"no control file for {', '.join(names) or 'an empty zip'}")


def _cost(number: int, row: Sequence[str]) -> dict[str, Any]:
    kind = row[0] if row else ""
    if kind not in _COST_WIDTHS or len(row) not in _COST_WIDTHS[kind]:
        raise LoadFailed(f"Record {number}: Rejected. {len(row)} fields of a {kind!r} row")
    shift = 0 if kind == "LABOR" else _RESOURCE_FIELDS
    positions = {name: at if at <= _RESOURCE_AFTER else at + shift for name, at in _LABOR.items()}
    return {"type": kind, **_cells(number, row, positions)}


def _journal(number: int, row: Sequence[str]) -> dict[str, Any]:
    if len(row) not in _JOURNAL_WIDTHS:
        raise LoadFailed(f"Record {number}: Rejected. {len(row)} fields of a journal row")
    account = "-".join(filter(None, (row[at - 1] for at in _SEGMENTS)))
    return {**_cells(number, row, _JOURNAL), "account": account}


def _cells(number: int, row: Sequence[str], positions: Mapping[str, int]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, position in positions.items():
        text = row[position - 1]
        try:
            cells[name] = _typed(name, text)
        except (ValueError, InvalidOperation):
            raise LoadFailed(
                f"Record {number}: Rejected - Error on column {name.upper()}. ORA-01861 {text!r}"
            ) from None
    return cells


def _typed(name: str, text: str) -> Any:
    """A cell as ISO date, exact number or text."""
    if name in _DATES and text:
        if not _DATE.match(text):
            raise ValueError(text)
        return datetime.strptime(text, "%Y/%m/%d").date().isoformat()  # noqa: DTZ007 - a day
    if name in _NUMBERS:
        return Decimal(text) if text else None
    return text
