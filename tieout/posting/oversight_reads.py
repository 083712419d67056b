"""Questions about what people decided, inside a connection that is already open.

Here: selects on the tables of `tieout.posting.oversight_schema`. Not here: the decisions
(`tieout.posting.oversight`, `tieout.posting.interventions`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.posting import oversight_schema as schema

Ranges = dict[int, list[tuple[int, int]]]
"""Batch number -> (first, last) line numbers."""


def requested(connection: Connection, kind: str, numbers: Collection[int] | None = None) -> Ranges:
    """The lines that a kind of request (`void`, `reverse`) names, of some batches or of all."""
    table = schema.requests
    query = sa.select(table.c.batch_no, table.c.first_seq, table.c.last_seq)
    found: Ranges = {}
    for row in connection.execute(query.where(table.c.kind == kind).order_by(table.c.request_id)):
        if numbers is None or row.batch_no in numbers:
            found.setdefault(row.batch_no, []).append((row.first_seq, row.last_seq))
    return found


def covers(ranges: Ranges, batch_no: int, seq: int) -> bool:
    """Whether a line is among some ranges."""
    return any(first <= seq <= last for first, last in ranges.get(batch_no, ()))


def hold_of(connection: Connection, batch_no: int) -> Any:
    """The row that says a batch waits for a second person; None when there is none."""
    return by_batch_no(connection, schema.holds, batch_no)


def release_of(connection: Connection, batch_no: int) -> Any:
    """The row that says who released a batch; None while nobody did."""
    return by_batch_no(connection, schema.batch_releases, batch_no)


def by_batch_no(connection: Connection, table: sa.Table, batch_no: int) -> Any:
    """The one row of a batch in a table that has at most one; None when there is none."""
    return connection.execute(sa.select(table).where(table.c.batch_no == batch_no)).first()


def by_batch(connection: Connection, table: sa.Table) -> dict[int, Any]:
    """The rows of a table with one row per batch."""
    return {row.batch_no: row for row in connection.execute(sa.select(table))}
