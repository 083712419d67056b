"""Which lines of the posting ledger belong to which entries, found without reading any batch.

Here: writing the index `line_entries` with every new batch, and asking it. Not here: what follows
from the lines that are found (`tieout.posting.standing`, `tieout.posting.ledger_rivals`).

A question costs what the asked entries have in the ledger, however much else it holds. A line is
found by its entry and, where its key names another one, by that too.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from sqlalchemy.engine import Connection

from tieout.domain.keys import REVERSAL
from tieout.posting import ledger_schema as schema

_PARTS = ("firm", "target", "system", "record", "version", "leg")
FOUND: dict[str, pl.DataType] = {
    "entry_id": pl.String(),
    "line_id": pl.Int64(),
    "leg": pl.String(),
    "posting_key": pl.String(),
    "attempt": pl.Int64(),
}
_TEXT = pl.String()


def parsed(keys: pl.Series) -> pl.DataFrame:
    """Posting keys and keys of reversals, each with its parts as they stand there: escaped.

    What is no posting key (`tieout.domain.keys.parse_posting_key`) is left out.
    """
    split = keys.str.strip_prefix(REVERSAL).str.split_exact(":", len(_PARTS)).struct.unnest()
    split.columns = [*_PARTS, "more"]
    is_key = (
        pl.col("leg").is_not_null()
        & pl.col("more").is_null()
        & pl.col("version").str.contains(r"^v[0-9]+$")
    )
    return split.with_columns(keys.alias("posting_key")).filter(is_key).drop("more")


def entry_of_parts() -> pl.Expr:
    """The entry that the parts of a key name."""
    return pl.concat_str(
        unescaped(pl.col("system")), unescaped(pl.col("record")), separator=":"
    ).alias("entry_id")


def unescaped(part: pl.Expr) -> pl.Expr:
    """A part of a key as it was before it became one."""
    plain = part.str.replace_all("%3A", ":", literal=True)
    return plain.str.replace_all("%25", "%", literal=True)


def entries_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Line number and entry of each line; two rows where its key names another entry.

    Args:
        frame: `posting_key`, `entry_id` and `leg` in the order of line numbers.
    """
    own = frame.select("posting_key", "entry_id", "leg").with_row_index("seq")
    names_it = pl.col("posting_key").str.contains(
        pl.concat_str(pl.lit(":"), "entry_id", pl.lit(":v")), literal=True
    )
    odd = own.filter(~names_it.fill_null(False))
    both = own
    if odd.height:
        named = parsed(odd["posting_key"].unique()).select("posting_key", entry_of_parts())
        other = odd.drop("entry_id").join(named, on="posting_key")
        both = pl.concat([own, other.select(own.columns)]).unique(maintain_order=True)
    return both.drop_nulls("entry_id").select("seq", "entry_id", "leg")


def insert_entries(
    connection: Connection,
    batch_no: int,
    frame: pl.DataFrame,
    members: pl.DataFrame | None = None,
) -> None:
    """Store which entries the lines of a new batch belong to.

    Args:
        connection: Of the transaction that plans the batch.
        batch_no: The batch.
        frame: `posting_key`, `entry_id` and `leg` in the order of line numbers.
        members: The entries of those lines that stand for several.
    """
    rows = entries_of(frame)
    if members is not None and members.height:
        keys = frame.select("posting_key", "leg").with_row_index("seq")
        named = keys.join(members.select("posting_key", "entry_id"), on="posting_key")
        rows = pl.concat([rows, named.select(rows.columns)])
    base = batch_no * schema.LINES_PER_BATCH_MAX
    insert = "insert into line_entries (entry_id, line_id, leg)"
    if rows.is_empty():
        return
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(
            f"{insert} select * from unnest(%s::text[], %s::bigint[], %s::text[])",
            (
                rows["entry_id"].to_list(),
                (rows["seq"].cast(pl.Int64) + base).to_list(),
                rows["leg"].to_list(),
            ),
        )
    elif rows.height == frame.height and rows["leg"].n_unique() == 1:
        # all entries go over as one value: a third of the time that one row each takes
        connection.exec_driver_sql(
            f"{insert} select value, ? + key, ? from json_each(?)",
            (base, rows["leg"][0], json.dumps(rows["entry_id"].to_list())),
        )
    else:
        stored = rows.select("entry_id", pl.col("seq").cast(pl.Int64) + base, "leg")
        connection.exec_driver_sql(f"{insert} values (?, ?, ?)", stored.rows())


def lines_of_entries(connection: Connection, entries: pl.Series) -> pl.DataFrame:
    """Every attempt to post a line of some entries (`FOUND`), in the order of planning."""
    asked: list[Any] = entries.drop_nulls().unique().to_list()
    if not asked:
        return pl.DataFrame(schema=FOUND)
    chosen = "select entry_id, line_id, leg, posting_key, attempt from"
    if connection.dialect.name == "sqlite":
        # the cross joins hold SQLite to one search of each index per entry and line
        rows = connection.exec_driver_sql(
            f"{chosen} (select e.entry_id, e.line_id, e.leg, l.posting_key, l.attempt"
            " from json_each(?) as asked cross join line_entries as e on e.entry_id = asked.value"
            " cross join lines as l on l.line_id = e.line_id) as found order by line_id",
            (json.dumps(asked),),
        )
    else:
        rows = connection.exec_driver_sql(
            f"{chosen} line_entries join lines using (line_id)"
            " where entry_id = any(%s) order by line_id",
            (asked,),
        )
    return pl.DataFrame([tuple(row) for row in rows], schema=FOUND, orient="row")
