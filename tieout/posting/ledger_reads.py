"""Questions to the posting ledger inside a connection that is already open.

Here: selects and the incremental folding of a batch. Not here: transactions, rules (`ledger`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, MutableMapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.domain.control_totals import ControlTotals
from tieout.posting import ledger_schema as schema
from tieout.posting import oversight_reads
from tieout.posting.ledger_contents import unpack
from tieout.posting.ledger_records import (
    Fold,
    KnownKey,
    Move,
    Seal,
    StoredBatch,
    Transition,
    instant,
)

KEYS_PER_QUERY = 5_000
_HASH = "payload_sha256"
_T = TypeVar("_T")


def next_batch_no(connection: Connection) -> int:
    """The number of the next batch; safe inside a writing transaction only."""
    highest = connection.scalar(sa.select(sa.func.max(schema.batches.c.batch_no)))
    return (highest or 0) + 1


def fold(connection: Connection, batch_no: int, folds: MutableMapping[int, Fold]) -> Fold:
    """Where every line of a batch stands; only transitions not folded before are read."""
    known = folds.get(batch_no)
    if known is None:
        known = folds[batch_no] = Fold.of(_lines_stored(connection, batch_no))
    table = schema.transitions
    rows = connection.execute(
        sa.select(table)
        .where(table.c.batch_no == batch_no, table.c.transition_id > known.last_id)
        .order_by(table.c.transition_id)
    )
    for row in rows:
        move = Move(row.first_seq, row.last_seq, row.state, row.reason_code, row.message)
        known.add(Transition(row.transition_id, move, row.at, row.recorded_at))
    if not known.open_lines:
        folds.pop(batch_no, None)  # an ended batch moves no more: its memory is given back
    return known


def known_keys(
    connection: Connection, keys: Sequence[str], folds: MutableMapping[int, Fold]
) -> dict[str, KnownKey]:
    """The newest attempt of each key that the ledger knows, with its state."""
    newest: dict[str, tuple[int, int]] = {}
    for line_id, key, attempt in _lines_with(connection, keys):
        if key not in newest or newest[key][0] < attempt:
            newest[key] = (attempt, line_id)
    if not newest:
        return {}
    numbers = {line_id // schema.LINES_PER_BATCH_MAX for _, line_id in newest.values()}
    standing = {number: fold(connection, number, folds) for number in numbers}
    hashes = {
        number: lines_of(connection, number, ["payload_sha256"])["payload_sha256"]
        for number in numbers
    }
    batch_ids = _batch_ids(connection, numbers)
    released = _released(connection, list(newest))
    voided = oversight_reads.requested(connection, "void", numbers)
    known: dict[str, KnownKey] = {}
    for key, (attempt, line_id) in newest.items():
        number, seq = divmod(line_id, schema.LINES_PER_BATCH_MAX)
        transition = standing[number].newest(seq)
        if transition is None:
            raise RuntimeError(f"{key} has a line without a state in {batch_ids[number]}")
        known[key] = KnownKey(
            posting_key=key,
            attempt=attempt,
            batch_id=batch_ids[number],
            line_id=line_id,
            payload_sha256=hashes[number][seq],
            state=transition.move.state,
            reason_code=transition.move.reason_code,
            is_released=line_id in released,
            message=transition.move.message,
            is_voided=oversight_reads.covers(voided, number, seq),
        )
    return known


def _lines_with(connection: Connection, keys: Sequence[str]) -> Iterable[tuple[int, str, int]]:
    """Every attempt under some keys: all keys go over as one value, however many they are."""
    if not keys:
        return ()
    chosen = "select line_id, posting_key, attempt from lines where posting_key"
    if connection.dialect.name == "sqlite":
        query = f"{chosen} in (select value from json_each(?))"
        found = connection.exec_driver_sql(query, (json.dumps(list(keys)),))
    else:
        found = connection.exec_driver_sql(f"{chosen} = any(%s)", (list(keys),))
    return (tuple(row) for row in found)


def batches_where(connection: Connection, *conditions: sa.ColumnElement[bool]) -> list[StoredBatch]:
    """Batches that meet all conditions, oldest first."""
    table = schema.batches
    rows = connection.execute(sa.select(table).where(*conditions).order_by(table.c.batch_no))
    return [_stored(row) for row in rows]


def batches_before(connection: Connection, target: str, milestone: str) -> list[StoredBatch]:
    """Batches of a target that have not reached a milestone, oldest first."""
    table, reached = schema.batches, schema.milestones
    return batches_where(
        connection,
        table.c.target == target,
        ~sa.exists().where(
            reached.c.batch_no == table.c.batch_no, reached.c.milestone == milestone
        ),
    )


def mark(connection: Connection, batch_no: int, milestone: str, at: int) -> None:
    """Write a milestone of a batch unless it is written already."""
    table = schema.milestones
    reached = connection.execute(
        sa.select(table.c.at).where(table.c.batch_no == batch_no, table.c.milestone == milestone)
    ).first()
    if reached is None:
        connection.execute(table.insert(), {"batch_no": batch_no, "milestone": milestone, "at": at})


def lines_of(
    connection: Connection, batch_no: int, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """The lines of a batch by line number: `seq` and the columns of `ledger_contents`, or some."""
    table = schema.contents
    packed = connection.execute(
        sa.select(table.c.packed).where(table.c.batch_no == batch_no)
    ).scalar_one()
    return unpack(packed, columns)


def submissions(connection: Connection, batch_no: int) -> list[str]:
    """The names under which lines of a batch were handed over, oldest first."""
    table = schema.submissions
    rows = connection.execute(
        sa.select(table.c.submission_id)
        .where(table.c.batch_no == batch_no)
        .order_by(table.c.recorded_at, table.c.submission_id)
    )
    return [row.submission_id for row in rows]


def proofs(connection: Connection, batch_no: int) -> dict[int, tuple[str | None, int]]:
    """Line number -> newest (difference, when) of the lines of a batch that were read back."""
    table = schema.proofs
    rows = connection.execute(
        sa.select(table).where(table.c.batch_no == batch_no).order_by(table.c.proof_id)
    )
    found: dict[int, tuple[str | None, int]] = {}
    for row in rows:
        for seq in range(row.first_seq, row.last_seq + 1):
            found[seq] = (row.difference, row.at)
    return found


def seals(
    connection: Connection,
    target: str,
    *,
    newest_only: bool = False,
    batch_no: int | None = None,
) -> list[Seal]:
    """The chain of seals of a target, oldest first (the order in which they were written)."""
    table = schema.seals
    query = (
        sa.select(table, schema.batches.c.batch_id)
        .join(schema.batches, schema.batches.c.batch_no == table.c.batch_no)
        .where(schema.batches.c.target == target)
        .order_by(table.c.batch_no)
    )
    if batch_no is not None:
        query = query.where(table.c.batch_no == batch_no)
    if newest_only:
        query = query.order_by(None).order_by(table.c.batch_no.desc()).limit(1)
    return [
        Seal(row.batch_id, row.manifest_sha256, row.previous_sha256, tuple(row.file_names))
        for row in connection.execute(query)
    ]


def _stored(row: sa.Row[Any]) -> StoredBatch:
    fields = row._mapping  # noqa: SLF001 - the documented way to read a row by name
    amounts = {code: Decimal(text) for code, text in fields["control_amounts"].items()}
    return StoredBatch(
        totals=ControlTotals(fields["line_count"], Decimal(fields["control_hours"]), amounts),
        created_at=instant(fields["created_at"]),
        **{
            name: fields[name]
            for name in (
                "batch_no", "batch_id", "firm_id", "target", "stream", "legal_entity_id",
                "period_id", "actor", "line_count", "gate_evaluated", "gate_quarantined",
                "gate_rules", "frame_sha256",
            )
        },
    )  # fmt: skip


def _lines_stored(connection: Connection, batch_no: int) -> int:
    table = schema.contents
    return connection.execute(
        sa.select(table.c.line_count).where(table.c.batch_no == batch_no)
    ).scalar_one()


def _batch_ids(connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
    table = schema.batches
    found: dict[int, str] = {}
    for chunk in _chunks(sorted(numbers)):
        query = sa.select(table.c.batch_no, table.c.batch_id).where(table.c.batch_no.in_(chunk))
        found.update({row.batch_no: row.batch_id for row in connection.execute(query)})
    return found


def _released(connection: Connection, keys: Sequence[str]) -> set[int]:
    table = schema.releases
    if connection.execute(sa.select(table.c.release_id).limit(1)).first() is None:
        return set()
    found: set[int] = set()
    for chunk in _chunks(keys):
        rows = connection.execute(sa.select(table.c.line_id).where(table.c.posting_key.in_(chunk)))
        found.update(row.line_id for row in rows)
    return found


def _chunks(values: Sequence[_T]) -> Iterable[Sequence[_T]]:
    """The values in pieces small enough for one query."""
    return (values[i : i + KEYS_PER_QUERY] for i in range(0, len(values), KEYS_PER_QUERY))
