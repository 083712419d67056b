"""Rows on their way into the posting ledger.

Here: building rows, inserting many at once, and refusing a key that is taken. Not here:
transactions (`tieout.posting.ledger`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.domain.errors import TieoutError
from tieout.domain.verdict import Finding
from tieout.posting import ledger_schema as schema
from tieout.posting.ledger_contents import contents_of, pack
from tieout.posting.ledger_entries import insert_entries
from tieout.posting.ledger_parts import insert_part
from tieout.posting.ledger_records import (
    KnownKey,
    Move,
    NewBatch,
    Seal,
    as_runs,
    microseconds,
)
from tieout.posting.states import REPLANNABLE

INSERTED: dict[str, tuple[str, ...]] = {
    "transitions": (
        "batch_no", "first_seq", "last_seq", "state", "reason_code", "message", "at",
        "recorded_at",
    ),
    "findings": (
        "batch_no", "posting_key", "rule", "reason_code", "detail", "severity", "found_at",
    ),
    "erp_ids": ("line_id", "erp_id"),
    "proofs": ("batch_no", "first_seq", "last_seq", "difference", "at"),
    "releases": ("posting_key", "line_id", "actor", "reason", "at"),
}  # fmt: skip


class KeyTaken(TieoutError):  # noqa: N818 - named for what happened
    """A posting key is planned a second time while the ledger holds it open or acknowledged."""

    exit_code = 1


def refuse_taken(known: KnownKey | None, payload: str) -> None:
    """Raise `KeyTaken` unless the key is new, or its newest attempt ended without a posting."""
    if known is None:
        return
    if known.state in REPLANNABLE and (known.state != "dead" or known.is_released):
        return
    if known.payload_sha256 != payload:
        raise KeyTaken(
            f"{known.posting_key} is {known.state} in batch {known.batch_id} with payload"
            f" {known.payload_sha256}; it cannot be planned again with payload {payload}"
        )
    raise KeyTaken(f"{known.posting_key} is {known.state} in batch {known.batch_id} already")


def recorded_now() -> int:
    """The machine's clock in microseconds since 1970, the clock of `recorded_at`."""
    return time.time_ns() // 1000


def insert_many(
    connection: Connection, table: sa.Table, rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows in the column order of `INSERTED`.

    On SQLite the rows go straight to the driver's `executemany`: building one mapping per row
    costs several times as much as the insert itself.
    """
    if not rows:
        return
    columns = INSERTED[table.name]
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(
            f"insert into {table.name} ({', '.join(columns)}) values ({marks})", list(rows)
        )
        return
    connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])


def insert_lines(
    connection: Connection,
    batch_no: int,
    frame: pl.DataFrame,
    hashes: Sequence[str] | pl.Series,
    known: Mapping[str, KnownKey],
    members: pl.DataFrame | None = None,
) -> None:
    """Store the lines of a new batch: their keys as rows, what they say as one packed value.

    A key that was tried before gets the next attempt number.
    """
    base = batch_no * schema.LINES_PER_BATCH_MAX
    keys = frame["posting_key"].to_list()
    attempts = [known[key].attempt + 1 if key in known else 1 for key in keys]
    if keys and connection.dialect.name != "sqlite":
        connection.exec_driver_sql(
            "insert into lines (line_id, posting_key, attempt)"
            " select %s + number - 1, key, attempt from unnest(%s::text[], %s::integer[])"
            " with ordinality as given (key, attempt, number) order by number",
            (base, keys, attempts),
        )
    elif keys:
        connection.exec_driver_sql(
            "insert into lines (line_id, posting_key, attempt)"
            " select ? + key, value, 1 from json_each(?)"
            if not known
            else "insert into lines (line_id, posting_key, attempt) values (?, ?, ?)",
            (base, json.dumps(keys))
            if not known
            else [(base + seq, *row) for seq, row in enumerate(zip(keys, attempts, strict=True))],
        )
    insert_entries(connection, batch_no, frame, members)
    connection.execute(
        schema.contents.insert(),
        {
            "batch_no": batch_no,
            "line_count": frame.height,
            "packed": pack(contents_of(frame, attempts, hashes)),
        },
    )


def first_moves(line_count: int, held: Sequence[Finding]) -> list[Move]:
    """The moves of a new batch: all lines are planned, the last `len(held)` are void at once."""
    moves = [Move(0, line_count - 1, "planned")] if line_count else []
    first_held = line_count - len(held)
    return moves + as_runs(
        Move(first_held + i, first_held + i, "void", f.reason_code, f.detail)
        for i, f in enumerate(held)
    )


def insert_moves(connection: Connection, batch_no: int, moves: Sequence[Move], at: int) -> None:
    """Store one row per move, stamped with the run's clock and the machine's."""
    recorded = recorded_now()
    rows = [
        (batch_no, m.first, m.last, m.state, m.reason_code, m.message, at, recorded) for m in moves
    ]
    insert_many(connection, schema.transitions, rows)


def insert_findings(
    connection: Connection, batch_no: int, found: Sequence[Finding], at: int
) -> None:
    """Store what the gate found in a batch."""
    rows = [
        (batch_no, f.posting_key, f.rule, f.reason_code, f.detail, f.severity, at) for f in found
    ]
    insert_many(connection, schema.findings, rows)


def insert_erp_ids(
    connection: Connection, batch_no: int, ids: Mapping[int, str] | pl.DataFrame
) -> None:
    """Store the ERP's ids of lines of a batch, given by line number or as `seq` and `erp_id`."""
    base = batch_no * schema.LINES_PER_BATCH_MAX
    if not isinstance(ids, pl.DataFrame):
        ids = pl.DataFrame({"seq": list(ids), "erp_id": list(ids.values())})
    if ids.is_empty():
        return
    ids = ids.sort("seq").select(pl.col("seq").cast(pl.Int64) + base, "erp_id")
    first, last = int(ids["seq"][0]), int(ids["seq"][-1])
    if last - first + 1 == ids.height and connection.dialect.name == "sqlite":
        # all ids go over as one value: a third of the time that one row each takes
        connection.exec_driver_sql(
            "insert into erp_ids (line_id, erp_id) select ? + key, value from json_each(?)",
            (first, json.dumps(ids["erp_id"].to_list())),
        )
        return
    insert_many(connection, schema.erp_ids, ids.rows())


def insert_batch(connection: Connection, number: int, batch: NewBatch) -> str:
    """Store the row of a new batch and return the id that is built from its number."""
    entity = batch.legal_entity_id or "none"
    batch_id = f"{batch.target}-{batch.period_id}-{entity}-{batch.stream}-{number:06d}"
    row = {
        "batch_no": number,
        "batch_id": batch_id,
        "firm_id": batch.firm_id,
        "target": batch.target,
        "stream": batch.stream,
        "legal_entity_id": batch.legal_entity_id,
        "period_id": batch.period_id,
        "actor": batch.actor,
        "line_count": batch.totals.line_count,
        "control_hours": str(batch.totals.hours),
        "control_amounts": {code: str(value) for code, value in batch.totals.amounts.items()},
        "frame_sha256": batch.verdict.frame_sha256,
        "gate_passed": batch.verdict.passed,
        "gate_evaluated": batch.verdict.evaluated,
        "gate_quarantined": batch.quarantined,
        "gate_rules": dict(batch.verdict.rules),
        "created_at": microseconds(batch.created_at),
    }
    connection.execute(schema.batches.insert(), row)
    if batch.part_of is not None:
        insert_part(connection, number, batch.part_of)
    if batch.members is not None and batch.members.height:
        packed = {"row_count": batch.members.height, "packed": pack(batch.members)}
        connection.execute(schema.manifests.insert(), {"batch_no": number} | packed)
    return batch_id


def insert_seal(connection: Connection, batch_no: int, seal: Seal, at: int) -> None:
    """Store the seal of a batch."""
    row = {
        "batch_no": batch_no,
        "manifest_sha256": seal.manifest_sha256,
        "previous_sha256": seal.previous_sha256,
        "file_names": list(seal.file_names),
        "sealed_at": at,
    }
    connection.execute(schema.seals.insert(), row)


def insert_submission(
    connection: Connection, batch_no: int, submission_id: str, moves: Sequence[Move], at: int
) -> None:
    """Store that some ranges of lines go to the ERP under a name, once per name."""
    table = schema.submissions
    known = connection.execute(
        sa.select(table.c.submission_id).where(table.c.submission_id == submission_id)
    ).first()
    if known is None:
        row = {
            "submission_id": submission_id,
            "batch_no": batch_no,
            "seqs": [[move.first, move.last] for move in moves],
            "at": at,
            "recorded_at": recorded_now(),
        }
        connection.execute(table.insert(), row)
