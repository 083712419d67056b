"""Shapes: the files of a csv_tables system, one file per kind of record.

A shape names its key and its columns; from it come the header contract, the cell checks and the
landed table. The shapes themselves stand in the `shapes_*` modules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa

from pipelines import contracts
from pipelines.csv_text import (
    Check,
    any_text,
    currency,
    day,
    flag,
    instant,
    month,
    number,
    one_of,
    time_zone,
    whole,
)

_VERSION_MAX = 10**15


@dataclass(frozen=True)
class ShapeColumn:
    """One column of a shape.

    Attributes:
        name: header of the column and name of the landed column.
        check: turns a non-empty cell into its value; raises ValueError with what to write instead.
        type: landed type.
        is_required: the column must be there and no cell of it empty.
    """

    name: str
    check: Check
    type: pa.DataType
    is_required: bool = False

    @property
    def required(self) -> ShapeColumn:
        """The same column, required."""
        return replace(self, is_required=True)


def text_column(name: str) -> ShapeColumn:
    """Any text."""
    return ShapeColumn(name, any_text, contracts.text())


def choice_column(name: str, *words: str) -> ShapeColumn:
    """One of some words, in lower case."""
    return ShapeColumn(name, one_of(*words), contracts.text())


def currency_column(name: str) -> ShapeColumn:
    """An ISO 4217 code."""
    return ShapeColumn(name, currency, contracts.text())


def month_column(name: str) -> ShapeColumn:
    """A calendar month, `2026-06`."""
    return ShapeColumn(name, month, contracts.text())


def hours_column(name: str) -> ShapeColumn:
    """Hours, four decimals."""
    return ShapeColumn(name, number(4), contracts.decimal(18, 4))


def amount_column(name: str) -> ShapeColumn:
    """An amount of money, four decimals."""
    return ShapeColumn(name, number(4), contracts.decimal(18, 4))


def rate_column(name: str) -> ShapeColumn:
    """An hourly rate, a percentage or a ratio: six decimals."""
    return ShapeColumn(name, number(6), contracts.decimal(18, 6))


def fx_column(name: str) -> ShapeColumn:
    """An exchange rate, ten decimals."""
    return ShapeColumn(name, number(10), contracts.decimal(18, 10))


def time_zone_column(name: str) -> ShapeColumn:
    """An IANA time zone."""
    return ShapeColumn(name, time_zone, contracts.text())


def integer_column(name: str) -> ShapeColumn:
    """A whole number from 0 up."""
    return ShapeColumn(name, whole(0, _VERSION_MAX, "number"), contracts.integer())


def day_column(name: str) -> ShapeColumn:
    """A calendar day."""
    return ShapeColumn(name, day, contracts.date())


def instant_column(name: str) -> ShapeColumn:
    """An instant, UTC where no offset is written."""
    return ShapeColumn(name, instant, contracts.timestamp())


def flag_column(name: str) -> ShapeColumn:
    """True or False."""
    return ShapeColumn(name, flag, contracts.boolean())


HISTORY = (
    replace(integer_column("stated_version"), check=whole(1, _VERSION_MAX, "version")),
    replace(instant_column("known_at"), name="stated_known_at"),
    replace(flag_column("is_deleted"), name="stated_is_deleted"),
)
"""What every shape has besides: what the file itself states about version, time and deletion."""

_PLAIN_NAMES = {
    "stated_version": "source_version",
    "stated_known_at": "known_at",
    "stated_is_deleted": "is_deleted",
}


@dataclass(frozen=True)
class Shape:
    """One kind of record, in the file `<name>.csv`.

    Attributes:
        name: file and landed table.
        key: column that identifies the record inside its system, required.
        columns: the other columns, in any order in the file.
        amount: column that says what is at risk when a row is set aside.
        within: columns that the key is unique within only: a code within its kind.
    """

    name: str
    key: str
    columns: tuple[ShapeColumn, ...]
    amount: str | None = None
    within: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """Name of the file in the folder."""
        return f"{self.name}.csv"

    @property
    def all_columns(self) -> tuple[ShapeColumn, ...]:
        """Key, declared columns and the columns of every shape."""
        return (text_column(self.key).required, *self.columns, *HISTORY)

    @property
    def table(self) -> contracts.Table:
        """The landed table: a row is identified by key and stated version."""
        columns = [contracts.Column("problem", contracts.text())]
        columns += [contracts.Column(column.name, column.type) for column in self.all_columns]
        return contracts.Table(
            name=self.name,
            key="record_key",
            columns=tuple(columns),
            sweep=contracts.Sweep(),
            amount=self.amount,
        )


def header_name(column: ShapeColumn) -> str:
    """The column's name in the file: stated facts are named plainly there."""
    return _PLAIN_NAMES.get(column.name, column.name)
