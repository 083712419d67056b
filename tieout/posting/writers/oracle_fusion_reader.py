"""Reading Oracle Fusion import files back: the proof that nothing was lost while writing them.

Here: `read_files`, the inverse of `oracle_fusion` up to what a file cannot hold, used by tests,
by people, and by the delivery, which gets its own files back from Oracle's document server.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import polars as pl

from tieout.posting.writers.oracle_fusion_columns import (
    JOURNAL_FIELDS,
    JOURNAL_POSITIONS,
    LABOR_FIELDS,
    NONLABOR_FIELDS,
    cost_position,
)

READ_COLUMNS: Final[dict[str, pl.DataType]] = {
    "posting_key": pl.String(),
    "entry_type": pl.String(),
    "reference": pl.String(),
    "reversed_reference": pl.String(),
    "accounting_date": pl.Date(),
    "work_date": pl.Date(),
    "hours": pl.Decimal(18, 4),
    "amount": pl.Decimal(18, 4),
    "currency_code": pl.String(),
    "bill_amount": pl.Decimal(18, 4),
    "bill_currency_code": pl.String(),
    "worker": pl.String(),
    "project": pl.String(),
    "task": pl.String(),
    "memo": pl.String(),
}
"""What a file says about a line; `reference` is the short key that Oracle is asked for."""

_CSV_FIELDS = {"PjcTxnXfaceStageAll.csv": "cost", "GlInterface.csv": "journal"}
_SIDES = 2


def read_files(files: Mapping[str, bytes]) -> pl.DataFrame:
    """The lines of import files, in the order of names and rows (`READ_COLUMNS`).

    Raises:
        ValueError: if a zip holds something else than one file of ours, a row has another number
            of fields than its kind, or the sides of a journal do not belong together.
    """
    found: list[tuple[object, ...]] = []
    for name in sorted(files):
        if not name.endswith(".zip"):
            continue
        with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
            names = archive.namelist()
            kind = _CSV_FIELDS.get(names[0]) if len(names) == 1 else None
            if kind is None:
                raise ValueError(f"{name} holds {names}, which is no import file")
            text = archive.read(names[0]).decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        if kind == "cost":
            found += [_cost(name, row) for row in rows]
        else:
            found += [_journal(name, *rows[n : n + _SIDES]) for n in range(0, len(rows), _SIDES)]
    return pl.DataFrame(found, schema=READ_COLUMNS, orient="row")


def _cost(name: str, row: Sequence[str]) -> tuple[object, ...]:
    labor = row[0] == "LABOR"
    if len(row) != (LABOR_FIELDS if labor else NONLABOR_FIELDS):
        raise ValueError(f"{name}: a row of {len(row)} fields is no {row[0]} row")

    def cell(field: str) -> str:
        return row[cost_position(field, labor=labor) - 1]

    return (
        cell("key_1") + cell("key_2"),
        "time" if labor else "expense",
        cell("reference"),
        cell("reversed") or None,
        _date(cell("gl_date")),
        _date(cell("work_date")),
        Decimal(cell("quantity")) if labor else Decimal(0),
        Decimal(cell("raw_cost")),
        cell("currency"),
        Decimal(cell("bill_amount")),
        cell("bill_currency"),
        cell("person"),
        cell("project"),
        cell("task"),
        cell("comment"),
    )


def _journal(name: str, *sides: Sequence[str]) -> tuple[object, ...]:
    if len(sides) != _SIDES or any(len(row) != JOURNAL_FIELDS for row in sides):
        raise ValueError(f"{name}: a journal has two rows of {JOURNAL_FIELDS} fields")

    def cell(field: str, side: int = 0) -> str:
        return sides[side][JOURNAL_POSITIONS[field] - 1]

    balances = [
        Decimal(cell("debit", side) or 0) - Decimal(cell("credit", side) or 0) for side in (0, 1)
    ]
    if cell("key") != cell("key", 1) or sum(balances) != 0:
        raise ValueError(f"{name}: the journal of {cell('key')} is not whole")
    return (
        cell("key"),
        "expense",
        cell("journal"),
        None,
        _date(cell("accounting_date")),
        _date(cell("work_date")),
        Decimal(0),
        balances[0],
        cell("currency"),
        Decimal(cell("bill_amount")),
        cell("bill_currency"),
        cell("worker"),
        "",
        "",
        cell("line_text"),
    )


def _date(text: str) -> date | None:
    if not text:
        return None
    return datetime.strptime(text, "%Y/%m/%d").date()  # noqa: DTZ007 - a day has no zone
