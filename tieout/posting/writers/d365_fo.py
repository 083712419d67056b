"""Dynamics 365 F&O's import file: one data package per batch.

Here: `D365FoWriter` and `read_files`, its inverse. Not here: rows (`d365_fo_lines`), the zip
(`d365_fo_package`), sending it (`tieout.posting.delivery.d365_fo`).

A package holds journals of at most 10,000 lines. A journal's id in the file is a placeholder that
groups its lines: F&O gives the number. Every journal is described by the batch's id, by which it
is found again, and an hour journal's note says count, hours and cost with its currency: hour lines
have no field for the currency of the cost. Lines that no row can say exactly are listed in a file
of their own, which is not sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.d365_fo_columns import (
    EXPENSE_HEADER,
    EXPENSE_LINE,
    GENERAL_LINE,
    HOUR_HEADER,
    HOUR_JOURNAL,
    HOUR_LINE,
    JOURNAL_LINES_MAX,
    Entity,
    batch_text,
    journal_id,
)
from tieout.posting.writers.d365_fo_lines import (
    booked_cost,
    expense_header,
    expense_rows,
    general_rows,
    hour_rows,
    split,
)
from tieout.posting.writers.d365_fo_package import read_package, write_package

PACKAGE_END: Final = "-package.zip"
NOT_SENT_END: Final = "-not-sent.csv"

READ_COLUMNS: Final[dict[str, pl.DataType]] = {
    "posting_key": pl.String(),
    "entry_type": pl.String(),
    "accounting_date": pl.Date(),
    "work_date": pl.Date(),
    "hours": pl.Decimal(18, 4),
    "amount": pl.Decimal(18, 4),
    "currency_code": pl.String(),
    "worker": pl.String(),
    "project": pl.String(),
}
"""What `read_files` finds: the key as written, figures as F&O will book them."""


class D365FoWriter:
    """Writes the package of a batch.

    Args:
        lines_max: lines per journal, lower in tests.
    """

    def __init__(self, lines_max: int = JOURNAL_LINES_MAX) -> None:
        self._lines_max = lines_max

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """The package, and a list of the lines that are not in it, if there are any."""
        good, refused = split(lines)
        tables = self._tables(good, header.batch_id)
        files = {f"{header.batch_id}{PACKAGE_END}": write_package(tables, header.batch_id)}
        if not refused.is_empty():
            listed = refused.write_csv(line_terminator="\r\n").encode("utf-8")
            files[f"{header.batch_id}{NOT_SENT_END}"] = listed
        return files

    def _tables(self, good: dict[str, pl.DataFrame], batch_id: str) -> dict[str, pl.DataFrame]:
        """Entity name -> rows, journal after journal; no entity without rows."""
        rows: dict[str, list[pl.DataFrame]] = {}

        def add(entity: Entity, table: pl.DataFrame) -> None:
            rows.setdefault(entity.name, []).append(table)

        batch, number = batch_text(batch_id), 0
        for name in (HOUR_LINE.name, EXPENSE_LINE.name, GENERAL_LINE.name):
            for chunk in self._journals(good[name]):
                number += 1
                journal = journal_id(batch_id, number)
                if name == HOUR_LINE.name:
                    add(HOUR_HEADER, _hour_header(journal, batch, chunk))
                    add(HOUR_LINE, hour_rows(chunk, journal))
                elif name == EXPENSE_LINE.name:
                    add(EXPENSE_HEADER, expense_header(journal, batch))
                    add(EXPENSE_LINE, expense_rows(chunk, journal))
                else:
                    add(GENERAL_LINE, general_rows(chunk, journal, batch))
        return {name: pl.concat(tables) for name, tables in rows.items()}

    def _journals(self, lines: pl.DataFrame) -> Iterator[pl.DataFrame]:
        for start in range(0, lines.height, self._lines_max):
            yield lines.slice(start, self._lines_max)


def create_writer() -> D365FoWriter:
    """The writer of F&O's packages."""
    return D365FoWriter()


def read_files(files: dict[str, bytes]) -> pl.DataFrame:
    """Read the packages of a batch back (`READ_COLUMNS`), in the order of their rows.

    Raises:
        ValueError: if a file is no package of ours.
    """
    found: list[tuple[object, ...]] = []
    for name in sorted(files):
        if name.endswith(NOT_SENT_END):
            continue
        package = read_package(files[name])
        notes = {row["JOURNALBATCHNUMBER"]: row["TXT"] for row in package.get(HOUR_HEADER.name, [])}
        found += [_hour(row, notes) for row in package.get(HOUR_LINE.name, [])]
        found += [_expense(row) for row in package.get(EXPENSE_LINE.name, [])]
        found += [_general(row) for row in package.get(GENERAL_LINE.name, [])]
    return pl.DataFrame(found, schema=READ_COLUMNS, orient="row")


def _hour_header(journal: str, batch: str, lines: pl.DataFrame) -> pl.DataFrame:
    """The header of one hour journal, with the control totals of its lines as a note."""
    hours = sum(lines["hours"], Decimal(0))
    cost = sum(lines["cost_amount_functional"], Decimal(0))
    note = f"{lines.height} lines, {hours} hours, {cost} {lines['functional_currency_code'][0]}"
    row = (journal, HOUR_JOURNAL, "Hour", batch, note)
    return pl.DataFrame([row], schema=list(HOUR_HEADER.columns), orient="row")


def _hour(row: dict[str, str], notes: dict[str, str]) -> tuple[object, ...]:
    if row["JOURNALID"] not in notes:
        raise ValueError(f"the hour journal {row['JOURNALID']} has no header")
    hours = Decimal(row["HOURS"])
    return (
        row["DESCRIPTION"], "time", _date(row["VOUCHERDATE"]), _date(row["PROJECTDATE"]), hours,
        booked_cost(hours, Decimal(row["COSTPRICE"])), notes[row["JOURNALID"]].rpartition(" ")[2],
        row["RESOURCEID"], row["PROJECTID"],
    )  # fmt: skip


def _expense(row: dict[str, str]) -> tuple[object, ...]:
    return (
        row["TEXT"] + row["OFFSETTRANSACTIONTEXT"], "expense", _date(row["VOUCHERDATE"]),
        _date(row["PROJECTDATE"]), Decimal(0), _net(row), row["CURRENCYCODE"], row["RESOURCEID"],
        row["PROJID"],
    )  # fmt: skip


def _general(row: dict[str, str]) -> tuple[object, ...]:
    return (
        row["TEXT"] + row["OFFSETTEXT"], "expense", _date(row["TRANSDATE"]),
        _date(row["DOCUMENTDATE"]), Decimal(0), _net(row), row["CURRENCYCODE"], "", "",
    )  # fmt: skip


def _net(row: dict[str, str]) -> Decimal:
    return Decimal(row["DEBITAMOUNT"]) - Decimal(row["CREDITAMOUNT"])


def _date(text: str) -> date:
    return date.fromisoformat(text)
