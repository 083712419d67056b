"""Groups of lines that are more than one batch: which batches were planned together.

Here: storing it with a new batch, and asking. Not here: where a group is cut
(`tieout.posting.pool`) and what is judged about all of its batches together
(`tieout.posting.oversight`).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.posting import ledger_schema as schema
from tieout.posting.ledger_reads import batches_where
from tieout.posting.ledger_records import StoredBatch


def insert_part(connection: Connection, number: int, first: int) -> None:
    """Store that a batch holds other lines of the group that another batch began."""
    row = {"batch_no": number, "first_batch_no": first}
    connection.execute(schema.parts.insert(), row)


def group_of(connection: Connection, batch_no: int) -> list[StoredBatch]:
    """The batches that were planned together as one group, this one among them, oldest first."""
    table = schema.parts
    named = connection.scalar(sa.select(table.c.first_batch_no).where(table.c.batch_no == batch_no))
    first = batch_no if named is None else named
    others = connection.scalars(sa.select(table.c.batch_no).where(table.c.first_batch_no == first))
    return batches_where(connection, schema.batches.c.batch_no.in_([first, *others]))
