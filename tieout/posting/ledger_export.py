"""The posting ledger as tables for the marts.

Here: `posting_lines`, `posting_batches`, `posting_batch_states` and `gate_findings` of schema
`ops` as frames. Not here: their declaration and writing (`tieout.warehouse.configuration`) and
the marts on them (`dbt_project/models/canonical/postings/fct_posting_*`).
"""

from __future__ import annotations

from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.posting import ledger_reads as reads
from tieout.posting import ledger_schema as schema
from tieout.posting import oversight_schema
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_contents import CONTENT_COLUMNS
from tieout.posting.ledger_records import Fold, StoredBatch, Transition, instant
from tieout.posting.states import State, batch_state

_TEXT, _WHOLE, _MOMENT, _YES = pl.String(), pl.Int64(), pl.Datetime("us"), pl.Boolean()
_AMOUNT = pl.Decimal(18, 4)

LINE_COLUMNS: dict[str, pl.DataType] = {
    "posting_key": _TEXT, "target": _TEXT, "batch_id": _TEXT, "entry_id": _TEXT,
    "source_system": _TEXT, "source_record_id": _TEXT, "source_version": _WHOLE, "leg": _TEXT,
    "attempt": _WHOLE, "state": _TEXT, "erp_id": _TEXT, "reason_code": _TEXT, "message": _TEXT,
    "accounting_date": pl.Date(), "amount": _AMOUNT, "currency_code": _TEXT, "hours": _AMOUNT,
    "planned_at": _MOMENT, "sent_at": _MOMENT, "acked_at": _MOMENT, "proven_at": _MOMENT,
    "is_proven": _YES, "proof_difference": _TEXT, "reverses_posting_key": _TEXT,
    "correction_group_id": _TEXT, "correction_kind": _TEXT,
}  # fmt: skip

BATCH_COLUMNS: dict[str, pl.DataType] = {
    "batch_id": _TEXT, "target": _TEXT, "period_id": _TEXT, "state": _TEXT,
    "line_count": _WHOLE, "control_hours": _AMOUNT, "control_amount": _AMOUNT,
    "file_names": _TEXT, "sha256": _TEXT, "gate_passed": _YES, "gate_evaluated": _WHOLE,
    "gate_quarantined": _WHOLE, "created_at": _MOMENT, "sealed_at": _MOMENT,
    "finished_at": _MOMENT, "planned_by": _TEXT, "release_status": _TEXT, "released_by": _TEXT,
    "released_at": _MOMENT, "release_reason": _TEXT,
}  # fmt: skip

STATE_COLUMNS: dict[str, pl.DataType] = {
    "batch_id": _TEXT, "legal_entity_id": _TEXT, "period_id": _TEXT, "state": _TEXT,
    "currency_code": _TEXT, "line_count": _WHOLE, "hours": _AMOUNT, "amount": _AMOUNT,
    "created_at": _MOMENT,
}  # fmt: skip

FINDING_COLUMNS: dict[str, pl.DataType] = {
    "batch_id": _TEXT, "posting_key": _TEXT, "rule": _TEXT, "reason_code": _TEXT,
    "detail": _TEXT, "severity": _TEXT, "found_at": _MOMENT,
}  # fmt: skip


_NOBODY: dict[str, Any] = {"actor": None, "at": None, "reason": None}


def posting_lines(ledger: Ledger) -> pl.DataFrame:
    """One row per posting key: its newest attempt and where it stands.

    A line in state `sending` has reason IN_DOUBT: outside a running posting step nobody knows
    its outcome. Earlier attempts stay in the ledger.
    """
    with ledger.reading() as connection:
        parts = [lines_of_batch(connection, batch) for batch in reads.batches_where(connection)]
    if not parts:
        return pl.DataFrame(schema=LINE_COLUMNS)
    newest = pl.concat(parts).unique("posting_key", keep="last", maintain_order=True)
    return newest.select(list(LINE_COLUMNS)).sort("posting_key")


def posting_batches(ledger: Ledger) -> pl.DataFrame:
    """One row per batch. `control_amount` is in the one functional currency of its entity."""
    rows: list[tuple[Any, ...]] = []
    with ledger.reading() as connection:
        sealed = _by_batch(connection, schema.seals)
        finished = _by_batch(connection, schema.milestones, milestone="finished")
        passed = _by_batch(connection, schema.batches)
        holds = _by_batch(connection, oversight_schema.holds)
        releases = _by_batch(connection, oversight_schema.batch_releases)
        for batch in reads.batches_where(connection):
            fold = reads.fold(connection, batch.batch_no, {})
            states: set[State] = {
                fold.transitions[i].move.state for i in set(fold.current) if i >= 0
            }
            amounts = list(batch.totals.amounts.values())
            seal, end = sealed.get(batch.batch_no), finished.get(batch.batch_no)
            released = releases.get(batch.batch_no, _NOBODY)
            rows.append((
                batch.batch_id, batch.target, batch.period_id, batch_state(states),
                batch.line_count, batch.totals.hours, amounts[0] if len(amounts) == 1 else None,
                ", ".join(seal["file_names"]) if seal else None,
                seal["manifest_sha256"] if seal else None,
                passed[batch.batch_no]["gate_passed"], batch.gate_evaluated,
                batch.gate_quarantined, batch.created_at.replace(tzinfo=None),
                _moment(seal["sealed_at"] if seal else None), _moment(end["at"] if end else None),
                batch.actor,
                "released" if released["actor"]
                else "awaited" if batch.batch_no in holds else "not_needed",
                released["actor"], _moment(released["at"]), released["reason"],
            ))  # fmt: skip
    return pl.DataFrame(rows, schema=BATCH_COLUMNS, orient="row")


def posting_batch_states(ledger: Ledger) -> pl.DataFrame:
    """One row per batch, state and currency: the lines of every attempt, also of earlier ones."""
    with ledger.reading() as connection:
        parts = [_states_of(connection, batch) for batch in reads.batches_where(connection)]
    if not parts:
        return pl.DataFrame(schema=STATE_COLUMNS)
    return pl.concat(parts)


def gate_findings(ledger: Ledger) -> pl.DataFrame:
    """One row per thing a check found, in the order of finding."""
    table = schema.findings
    with ledger.reading() as connection:
        found = connection.execute(
            sa.select(
                schema.batches.c.batch_id, table.c.posting_key, table.c.rule,
                table.c.reason_code, table.c.detail, table.c.severity, table.c.found_at,
            )
            .join(schema.batches, schema.batches.c.batch_no == table.c.batch_no)
            .order_by(table.c.finding_id)
        ).all()  # fmt: skip
    rows = [(*row[:6], _moment(row[6])) for row in found]
    return pl.DataFrame(rows, schema=FINDING_COLUMNS, orient="row")


def export_ledger(ledger: Ledger) -> dict[str, pl.DataFrame]:
    """The ledger's tables of schema `ops` by name, read without touching the warehouse."""
    return {
        "posting_lines": posting_lines(ledger),
        "posting_batches": posting_batches(ledger),
        "posting_batch_states": posting_batch_states(ledger),
        "gate_findings": gate_findings(ledger),
    }


def lines_of_batch(connection: Connection, batch: StoredBatch) -> pl.DataFrame:
    """The lines of one batch with their state, by line number; see `LINE_COLUMNS`."""
    kept = [name for name in LINE_COLUMNS if name in CONTENT_COLUMNS]
    stored = reads.lines_of(connection, batch.batch_no, kept)
    fold = reads.fold(connection, batch.batch_no, {})
    standing = pl.DataFrame(
        _standing(connection, batch, fold),
        schema={name: LINE_COLUMNS[name] for name in (
            "state", "reason_code", "message", "sent_at", "acked_at", "proven_at", "is_proven",
            "proof_difference",
        )},
    )  # fmt: skip
    return (
        stored.hstack(standing)
        .join(_erp_ids(connection, batch), on="seq", how="left", maintain_order="left")
        .with_columns(
            pl.lit(batch.target).alias("target"),
            pl.lit(batch.batch_id).alias("batch_id"),
            pl.lit(batch.created_at.replace(tzinfo=None), dtype=_MOMENT).alias("planned_at"),
        )
    )


def _states_of(connection: Connection, batch: StoredBatch) -> pl.DataFrame:
    """The lines that a batch counts, by state and currency; those that the gate held come last."""
    stored = reads.lines_of(connection, batch.batch_no, ["currency_code", "hours", "amount"])
    stored = stored.head(batch.totals.line_count)
    fold = reads.fold(connection, batch.batch_no, {})
    states = [fold.state(seq) or "unknown" for seq in range(stored.height)]
    return (
        stored.with_columns(pl.Series("state", states, dtype=_TEXT))
        .group_by("state", "currency_code")
        .agg(
            pl.len().cast(_WHOLE).alias("line_count"),
            pl.col("hours").sum().cast(_AMOUNT),
            pl.col("amount").sum().cast(_AMOUNT),
        )
        .with_columns(
            pl.lit(batch.batch_id).alias("batch_id"),
            pl.lit(batch.legal_entity_id).alias("legal_entity_id"),
            pl.lit(batch.period_id).alias("period_id"),
            pl.lit(batch.created_at.replace(tzinfo=None), dtype=_MOMENT).alias("created_at"),
        )
        .select(list(STATE_COLUMNS))
        .sort("state", "currency_code")
    )


def _erp_ids(connection: Connection, batch: StoredBatch) -> pl.DataFrame:
    """The ERP's ids of the acknowledged lines of a batch, by line number."""
    table = schema.erp_ids
    base = batch.batch_no * schema.LINES_PER_BATCH_MAX
    rows = connection.execute(
        sa.select(table.c.line_id - base, table.c.erp_id).where(
            table.c.line_id >= base, table.c.line_id < base + schema.LINES_PER_BATCH_MAX
        )
    ).all()
    return pl.DataFrame(
        [tuple(row) for row in rows], schema={"seq": pl.UInt32(), "erp_id": _TEXT}, orient="row"
    )


def _standing(connection: Connection, batch: StoredBatch, fold: Fold) -> dict[str, list[Any]]:
    """What the transitions and proofs say about each line, as columns."""
    proofs = reads.proofs(connection, batch.batch_no)
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "state", "reason_code", "message", "sent_at", "acked_at", "proven_at", "is_proven",
            "proof_difference",
        )
    }  # fmt: skip
    for seq in range(len(fold.current)):
        newest = fold.newest(seq)
        state = newest.move.state if newest else None
        reason = newest.move.reason_code if newest else None
        difference, read_at = proofs.get(seq, (None, None))
        is_proven = read_at is not None and difference is None
        columns["state"].append(state)
        columns["reason_code"].append("IN_DOUBT" if state == "sending" else reason)
        columns["message"].append(newest.move.message if newest else None)
        columns["sent_at"].append(_at(fold.newest_send(seq)))
        columns["acked_at"].append(_at(newest) if state == "acked" else None)
        columns["proven_at"].append(_moment(read_at) if is_proven else None)
        columns["is_proven"].append(is_proven)
        columns["proof_difference"].append(difference)
    return columns


def _by_batch(
    connection: Connection, table: sa.Table, milestone: str | None = None
) -> dict[int, Any]:
    """The rows of a table that has one row per batch."""
    query = sa.select(table)
    if milestone is not None:
        query = query.where(table.c.milestone == milestone)
    return {row["batch_no"]: row for row in connection.execute(query).mappings()}


def _at(transition: Transition | None) -> Any:
    return None if transition is None else _moment(transition.at)


def _moment(value: int | None) -> Any:
    """A naive UTC instant, as the warehouse keeps them."""
    return None if value is None else instant(value).replace(tzinfo=None)
