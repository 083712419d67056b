"""Questions to the posting ledger inside a connection that is already open.

Here: selects and the incremental folding of a batch. Not here: connections, transactions and
rules (`tieout.posting.ledger`).
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.domain.control_totals import ControlTotals
from tieout.posting import ledger_schema as schema
from tieout.posting.ledger_records import (
    Fold,
    KnownKey,
    Move,
    Seal,
    StoredBatch,
    StoredLine,
    Transition,
    instant,
)

KEYS_PER_QUERY = 5_000
_T = TypeVar("_T")


def next_batch_no(connection: Connection) -> int:
    """The number of the next batch; safe inside a writing transaction only."""
    highest: int | None = connection.execute(
        sa.select(sa.func.max(schema.batches.c.batch_no))
    ).scalar_one()
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
    table = schema.lines
    newest: dict[str, Any] = {}
    for chunk in _chunks(keys):
        rows = connection.execute(
            sa.select(
                table.c.line_id, table.c.posting_key, table.c.attempt, table.c.payload_sha256
            ).where(table.c.posting_key.in_(chunk))
        )
        for row in rows:
            held = newest.get(row.posting_key)
            if held is None or held.attempt < row.attempt:
                newest[row.posting_key] = row
    if not newest:
        return {}
    numbers = {row.line_id // schema.LINES_PER_BATCH_MAX for row in newest.values()}
    standing = {number: fold(connection, number, folds) for number in numbers}
    batch_ids = _batch_ids(connection, numbers)
    released = _released(connection, keys)
    known: dict[str, KnownKey] = {}
    for key, row in newest.items():
        number, seq = divmod(row.line_id, schema.LINES_PER_BATCH_MAX)
        transition = standing[number].newest(seq)
        if transition is None:
            raise RuntimeError(f"{key} has a line without a state in {batch_ids[number]}")
        known[key] = KnownKey(
            posting_key=key,
            attempt=row.attempt,
            batch_id=batch_ids[number],
            line_id=row.line_id,
            payload_sha256=row.payload_sha256,
            state=transition.move.state,
            reason_code=transition.move.reason_code,
            is_released=row.line_id in released,
        )
    return known


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


def lines_of(connection: Connection, batch_no: int) -> list[StoredLine]:
    """The lines of a batch by line number."""
    table = schema.lines
    base = batch_no * schema.LINES_PER_BATCH_MAX
    rows = connection.execute(
        sa.select(
            table.c.line_id, table.c.posting_key, table.c.attempt, table.c.payload_sha256,
            table.c.accounting_date, table.c.amount, table.c.currency_code, table.c.hours,
        )
        .where(table.c.line_id >= base, table.c.line_id < base + schema.LINES_PER_BATCH_MAX)
        .order_by(table.c.line_id)
    ).all()  # fmt: skip
    return [StoredLine(batch_no, line_id - base, *rest) for line_id, *rest in rows]


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
    table = schema.lines
    base = batch_no * schema.LINES_PER_BATCH_MAX
    return connection.execute(
        sa.select(sa.func.count()).where(
            table.c.line_id >= base, table.c.line_id < base + schema.LINES_PER_BATCH_MAX
        )
    ).scalar_one()


def _batch_ids(connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
    table = schema.batches
    found: dict[int, str] = {}
    for chunk in _chunks(sorted(numbers)):
        rows = connection.execute(
            sa.select(table.c.batch_no, table.c.batch_id).where(table.c.batch_no.in_(chunk))
        )
        found.update({row.batch_no: row.batch_id for row in rows})
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
