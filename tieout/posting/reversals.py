"""The requests to reverse posted lines, as a table that planning reads.

Here: the rows of `ops.reversal_requests`, and those that no plan heeds. Not here: making a request
(`tieout.posting.interventions`) and the reversing lines (`dbt_project/models/posting`).
"""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from tieout.domain.keys import reversal_key
from tieout.posting import ledger_reads
from tieout.posting import ledger_schema as tables
from tieout.posting import oversight_schema as schema
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_records import instant

_TEXT = pl.String()

TOLD_MAX = 10

REVERSAL_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": _TEXT, "target": _TEXT, "batch_id": _TEXT, "entry_id": _TEXT,
    "requested_by": _TEXT, "reason": _TEXT, "requested_at": pl.Datetime("us"),
}  # fmt: skip


def reversal_requests(ledger: Ledger) -> pl.DataFrame:
    """One row per posted line that a person wants reversed, in the order of asking."""
    table = schema.requests
    parts = [pl.DataFrame(schema=REVERSAL_COLUMNS)]
    with ledger.reading() as connection:
        asked = connection.execute(
            sa.select(table).where(table.c.kind == "reverse").order_by(table.c.request_id)
        ).all()
        for row in asked:
            (batch,) = ledger_reads.batches_where(
                connection, tables.batches.c.batch_no == row.batch_no
            )
            lines = ledger_reads.lines_of(connection, row.batch_no)
            chosen = lines[row.first_seq : row.last_seq + 1].select("posting_key", "entry_id")
            parts.append(
                chosen.with_columns(
                    pl.lit(batch.target).alias("target"),
                    pl.lit(batch.batch_id).alias("batch_id"),
                    pl.lit(row.actor).alias("requested_by"),
                    pl.lit(row.reason).alias("reason"),
                    pl.lit(instant(row.at).replace(tzinfo=None), dtype=pl.Datetime("us")).alias(
                        "requested_at"
                    ),
                ).select(list(REVERSAL_COLUMNS))
            )
    return pl.concat(parts)


def unheeded(ledger: Ledger, target: str, reversals: pl.DataFrame) -> list[str]:
    """What a person asked to reverse at a target and what is not reversed: a sentence per line.

    The models leave out what people have to look at, such as an entry that stands in two ERPs:
    whoever asked must hear of it.

    Args:
        ledger: The posting ledger.
        target: The ERP's system id.
        reversals: The candidates that take something back.
    """
    asked = reversal_requests(ledger).filter(pl.col("target") == target)
    if asked.is_empty():
        return []
    known = ledger.known([*asked["posting_key"], *map(reversal_key, asked["posting_key"])])
    heeded = {*reversals["posting_key"], *known}
    left = [
        row
        for row in asked.iter_rows(named=True)
        if known[row["posting_key"]].state == "acked"
        and reversal_key(row["posting_key"]) not in heeded
    ]
    told = [
        f"{row['posting_key']}: {row['requested_by']} asked to reverse it ({row['reason']}), and"
        f" nothing is planned\n  fix: tieout trace {row['entry_id']}; it may stand in two ERPs, or"
        " the models are older than the request (tieout run)"
        for row in left[:TOLD_MAX]
    ]
    return told + [f"and {len(left) - TOLD_MAX} more"] * (len(left) > TOLD_MAX)
