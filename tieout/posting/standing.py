"""What the ledger says of the entries that are about to be posted, line by line.

Here: the newest attempt of every line, and which candidates have to wait because another line of
their entry is not finished. Not here: what becomes of the candidates that need not wait
(`tieout.posting.batch`) and who decides what is to be corrected (`dbt_project/models/posting`).

Two rules make corrections safe, however old the models are from which the candidates come; a line
of several entries keeps them for its group and for each of its entries. One line of an entry is
under way at a time. And an entry is posted only when every other line of it
that an ERP took is taken back: a reversal goes before what takes its place, and where it fails
nothing takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy.engine import Connection

from tieout.domain.keys import REVERSAL
from tieout.posting import ledger_reads as reads
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_contents import CONTENT_COLUMNS
from tieout.posting.ledger_entries import lines_of_entries
from tieout.posting.ledger_records import DRAFT_LEFT, StoredBatch
from tieout.posting.ledger_schema import LINES_PER_BATCH_MAX
from tieout.posting.members import NO_MEMBERS, entries_of
from tieout.posting.states import OPEN

_TEXT = pl.String()
_MOMENT = pl.Datetime("us")
_ASKED = ("posting_key", "entry_id", "leg")
_STANDING: dict[str, pl.DataType] = {"target": _TEXT, "state": _TEXT, "planned_at": _MOMENT}
_TAKES_BACK = pl.col("posting_key").str.starts_with(REVERSAL)

DRAFT = "draft"
"""Where a line stands that an ERP keeps as a draft, left to a person."""

UNDER_WAY = "another line of the entry is under way"
NOT_TAKEN_BACK = "a line of the entry stands that is not taken back yet"


def newest_lines(ledger: Ledger, columns: Sequence[str]) -> pl.DataFrame:
    """The newest attempt under every key, of all targets.

    Args:
        ledger: The posting ledger.
        columns: Columns of `ledger_contents`, `posting_key` and `entry_id` among them.

    Returns:
        The columns, with `target`, `state` and `planned_at`.
    """
    parts: list[pl.DataFrame] = []
    with ledger.reading() as connection:
        for batch in reads.batches_where(connection):
            lines = reads.lines_of(connection, batch.batch_no, columns)
            if lines.height:
                parts.append(_with_state(connection, batch, lines))
    if not parts:
        kinds = {name: CONTENT_COLUMNS[name] for name in columns}
        return pl.DataFrame(schema=kinds | _STANDING)
    return pl.concat(parts).unique("posting_key", keep="last", maintain_order=True)


def standing_of(ledger: Ledger, entries: pl.Series) -> pl.DataFrame:
    """The newest attempt under every key of some entries, of all targets.

    What it costs grows with the lines of these entries, not with the ledger. A draft that was left
    to a person is under way no more: it is in nobody's books, and its entry would wait for ever.

    Returns:
        `posting_key`, `entry_id`, `leg` and `state`, which is `draft` for such a line.
    """
    with ledger.reading() as connection:
        lines = lines_of_entries(connection, entries).unique(
            ["entry_id", "posting_key"], keep="last", maintain_order=True
        )
        states = [
            part.select(*_ASKED, _states(connection, int(part["batch_no"][0]), part["seq"], DRAFT))
            for part in lines.with_columns(
                (pl.col("line_id") // LINES_PER_BATCH_MAX).alias("batch_no"),
                (pl.col("line_id") % LINES_PER_BATCH_MAX).alias("seq"),
            ).partition_by("batch_no")
        ]
    return pl.concat([pl.DataFrame(schema=dict.fromkeys((*_ASKED, "state"), _TEXT)), *states])


def _states(
    connection: Connection, batch_no: int, seqs: pl.Series, draft: str | None = None
) -> pl.Series:
    """The state of some lines of a batch; `draft`, if given, for one that was left to a person."""
    fold = reads.fold(connection, batch_no, {})
    moves = [transition.move for transition in fold.transitions]
    told = [draft if draft and move.message == DRAFT_LEFT else move.state for move in moves]
    names = pl.Series(told, dtype=_TEXT)
    return names.gather(pl.Series(fold.current).gather(seqs)).alias("state")


def _with_state(connection: Connection, batch: StoredBatch, lines: pl.DataFrame) -> pl.DataFrame:
    """Lines of one batch with where they stand."""
    return lines.drop("seq").with_columns(
        pl.lit(batch.target).alias("target"),
        _states(connection, batch.batch_no, lines["seq"]),
        pl.lit(batch.created_at.replace(tzinfo=None), dtype=_MOMENT).alias("planned_at"),
    )


def planned_lines(ledger: Ledger) -> pl.DataFrame:
    """Everything that was planned, as it was to be sent: table `planned_lines` of schema `ops`."""
    lines = newest_lines(ledger, list(CONTENT_COLUMNS))
    return lines.rename(
        {"amount": "cost_amount_functional", "currency_code": "functional_currency_code"}
    ).sort("posting_key")


def waiting_keys(
    ledger: Ledger,
    candidates: pl.DataFrame,
    reversals: pl.DataFrame,
    *,
    is_plan: bool = False,
    members: pl.DataFrame = NO_MEMBERS,
) -> dict[str, str]:
    """The candidates that must wait, with the reason.

    Args:
        ledger: The posting ledger; lines of all targets count.
        candidates: Rows of the posting contract with sound keys.
        reversals: All rows that take something back, of every target: what they take back stands
            in an ERP, whether or not this ledger posted it.
        is_plan: Take reversals that wait to be sent as sent, to show what a run would do.
        members: The entries of lines of several among the candidates and reversals.
    """
    if candidates.is_empty():
        return {}
    asked = entries_of(candidates.select(*_ASKED), members)
    lines = standing_of(ledger, asked["entry_id"])
    taken_back = lines.filter(_TAKES_BACK & (pl.col("state") == "acked"))["posting_key"]
    due = reversals.filter(~pl.col("posting_key").is_in(taken_back.implode()))
    planned = due["posting_key"] if is_plan else pl.Series([], dtype=_TEXT)
    gone = pl.concat([taken_back, planned]).str.strip_prefix(REVERSAL)
    standing = lines.filter(
        (pl.col("state") == "acked") & ~_TAKES_BACK & ~pl.col("posting_key").is_in(gone.implode())
    )
    under_way = lines.filter(pl.col("state").is_in(sorted(OPEN)))
    postings = asked.filter(~_TAKES_BACK)
    waiting = [
        _others(postings, standing, NOT_TAKEN_BACK),
        _others(asked, under_way, UNDER_WAY),
    ]
    if not is_plan:
        due_entries = entries_of(due.select(*_ASKED), members)
        waiting.append(_others(postings, due_entries, NOT_TAKEN_BACK))
    return dict(pl.concat(waiting).iter_rows())


def _others(candidates: pl.DataFrame, lines: pl.DataFrame, reason: str) -> pl.DataFrame:
    """Candidates of whose entry and leg there is another line among `lines`, with the reason."""
    both = candidates.join(lines.select(*_ASKED), on=["entry_id", "leg"], suffix="_of_line")
    return (
        both.filter(pl.col("posting_key") != pl.col("posting_key_of_line"))
        .select("posting_key", pl.lit(reason).alias("reason"))
        .unique("posting_key", maintain_order=True)
    )
