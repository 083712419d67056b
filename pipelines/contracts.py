"""What a vendor declares: tables, typed columns, versioning, deletes, and how to page.

Landing (`pipelines.landing`) does the same work for every vendor from these declarations.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

import pyarrow as pa

from tieout.config import System


def text() -> pa.DataType:
    """Text; numbers served as identifiers become text."""
    return pa.string()


def integer() -> pa.DataType:
    """A 64-bit integer."""
    return pa.int64()


def decimal(precision: int = 18, scale: int = 4) -> pa.DataType:
    """An exact decimal; JSON numbers and texts are read without passing through a float."""
    return pa.decimal128(precision, scale)


def boolean() -> pa.DataType:
    """True or false."""
    return pa.bool_()


def date() -> pa.DataType:
    """A calendar day."""
    return pa.date32()


def timestamp() -> pa.DataType:
    """An instant in UTC, stored without zone; texts without an offset are taken as UTC."""
    return pa.timestamp("us")


@dataclass(frozen=True)
class Column:
    """One landed column.

    Attributes:
        name: column name; `parent__child` for nested fields.
        type: one of the types above.
        path: dotted path in the record; by default the name with `__` read as a dot.
        optional: True if the source may leave the field out altogether.
    """

    name: str
    type: pa.DataType
    path: str = ""
    optional: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The path as keys."""
        return tuple((self.path or self.name.replace("__", ".")).split("."))


@dataclass(frozen=True)
class Sweep:
    """A complete listing finds deletions: what is not listed any more becomes a tombstone.

    Attributes:
        date_column: landed date column that bounds the sweep to non-closed periods; None means
            the whole table is listed in every run (master data).
    """

    date_column: str | None = None


@dataclass(frozen=True)
class Table:
    """One table of a vendor. Grain after landing: one row per record id and version.

    Attributes:
        name: table name below `raw_<system>`.
        columns: declared columns; other fields are watched for drift, not landed.
        key: dotted path(s) of the record's identifier; several are joined with `|`.
        version: landed column (timestamp or integer) that orders versions, or None: the source
            gives none, and every observed change of content becomes a version.
        sweep: how deletions are found, or None where the source reports them itself.
        amount: dotted path of the amount at risk when a record is quarantined.
    """

    name: str
    columns: tuple[Column, ...]
    key: str | tuple[str, ...] = "id"
    version: str | None = None
    sweep: Sweep | None = None
    amount: str | None = None

    @property
    def key_paths(self) -> tuple[tuple[str, ...], ...]:
        """The key as tuples of JSON keys."""
        keys = (self.key,) if isinstance(self.key, str) else self.key
        return tuple(tuple(key.split(".")) for key in keys)


@dataclass(frozen=True)
class Window:
    """What to list.

    Attributes:
        since: everything changed at or after this instant (cursor minus look-back); None = all.
        sweep_from: when set, list everything dated from here on, changed or not.
    """

    since: datetime | None = None
    sweep_from: dt.date | None = None


@dataclass(frozen=True)
class Page:
    """One answer of the source.

    Attributes:
        raw: the answer's bytes as received, kept as evidence.
        path: dotted path of the record list inside (empty = the answer is the list itself);
            a last part `*` means the records are the values of an object.
        given: records where they are not JSON of `raw` (files, joined answers).
    """

    raw: bytes
    path: str = ""
    given: Sequence[dict[str, Any]] | None = field(default=None, repr=False)

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The records as Python objects, decimals exact.

        Raises:
            ValueError: if the answer is no JSON or holds no list at `path`.
        """
        if self.given is not None:
            return list(self.given)
        node: Any = json.loads(self.raw, parse_float=Decimal)
        for part in self.path.split(".") if self.path else ():
            if part == "*":
                node = list(node.values())
            elif isinstance(node, dict) and part in node:
                node = node[part]
            else:
                raise ValueError(f"the answer has no {self.path!r}")
        if not isinstance(node, list):
            raise ValueError(f"{self.path or 'the answer'} is no list")  # noqa: TRY004
        return node


class Extractor(Protocol):
    """Pages through one system."""

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The answers for one table and window, in order, complete or raising."""
        ...


@dataclass(frozen=True)
class Vendor:
    """A vendor: its tables and how to page them.

    Attributes:
        name: folder below `pipelines/` and `vendor` in firm.yml.
        tables: what can be landed.
        extractor: builds the extractor of one system at one instant.
        session: builds the authenticated session (of HTTP, or a store of files), or None where
            nothing has to be opened.
        look_back: how far behind the cursor to read again (late commits, page drift).
        lands_as: vendor in whose views its tables stand, because they have that vendor's shapes.
    """

    name: str
    tables: tuple[Table, ...]
    extractor: Callable[[System, Any, datetime], Extractor]
    session: Callable[[System], Any] | None = None
    look_back: timedelta = timedelta(days=3)
    lands_as: str = ""

    def table(self, name: str) -> Table:
        """The table with that name."""
        return {table.name: table for table in self.tables}[name]
