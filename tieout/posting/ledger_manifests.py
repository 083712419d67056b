"""What lines of several entries stand for, as the ledger keeps it: one packed value per batch.

Here: storing it with a new batch, reading it again, and the table for the marts. Not here: its
shape (`tieout.posting.members`) and the sealed copy (`tieout.posting.seal`).
"""

from __future__ import annotations

import io

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.posting import ledger_schema as schema
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_records import StoredBatch
from tieout.posting.members import MEMBER_COLUMNS, NO_MEMBERS


def members_of_batch(connection: Connection, batch_no: int) -> pl.DataFrame:
    """The entries of the lines of a batch; empty where every line is of one entry."""
    table = schema.manifests
    packed = connection.scalar(sa.select(table.c.packed).where(table.c.batch_no == batch_no))
    return NO_MEMBERS if packed is None else _unpack(packed)


def members_of(ledger: Ledger, batch: StoredBatch) -> pl.DataFrame:
    """As `members_of_batch`, in a connection of its own."""
    with ledger.reading() as connection:
        return members_of_batch(connection, batch.batch_no)


def all_members(ledger: Ledger) -> pl.DataFrame:
    """The entries of every line of several, of all targets: as its newest attempt has them."""
    table, keys = schema.manifests, schema.lines
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.batch_no)).all()
        if not rows:
            return NO_MEMBERS
        numbers = [row.batch_no for row in rows]
        base = schema.LINES_PER_BATCH_MAX
        newest: dict[str, int] = {}
        for number in numbers:
            found = connection.execute(
                sa.select(keys.c.posting_key)
                .where(keys.c.line_id >= number * base, keys.c.line_id < (number + 1) * base)
                .order_by(keys.c.line_id)
            )
            newest |= dict.fromkeys(found.scalars(), number)
    parts = [
        _unpack(row.packed).with_columns(pl.lit(row.batch_no).alias("batch_no")) for row in rows
    ]
    chosen = pl.DataFrame(
        list(newest.items()), schema={"posting_key": pl.String(), "batch_no": pl.Int32()},
        orient="row",
    )  # fmt: skip
    found = pl.concat(parts).with_columns(pl.col("batch_no").cast(pl.Int32))
    return (
        found.join(chosen, on=["posting_key", "batch_no"], how="semi")
        .select(list(MEMBER_COLUMNS))
        .sort("posting_key", "entry_id")
    )


def keys_with_member(ledger: Ledger, entry: str) -> list[str]:
    """Posting keys of every line of several in which an entry was planned."""
    table = schema.manifests
    found: set[str] = set()
    with ledger.reading() as connection:
        for packed in connection.execute(sa.select(table.c.packed)).scalars():
            members = _unpack(packed)
            found |= set(members.filter(pl.col("entry_id") == entry)["posting_key"])
    return sorted(found)


def _unpack(packed: bytes) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(packed))
