"""Batches and their lines as rows for a person: state, totals, hashes, who and when.

Here: reading the ledger for `tieout post show`. Not here: printing (`tieout.cli`) and the tables
for the marts (`tieout.posting.ledger_export`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from tieout.posting import ledger_reads, ledger_schema
from tieout.posting import oversight_reads as reads
from tieout.posting import oversight_schema as schema
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import lines_of_batch
from tieout.posting.ledger_manifests import members_of
from tieout.posting.ledger_records import StoredBatch, instant
from tieout.posting.outbox import folder_of
from tieout.posting.oversight import find_batch
from tieout.posting.seal import MANIFEST
from tieout.posting.states import State, batch_state


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which batches are listed; an empty text means all."""

    target: str = ""
    period: str = ""
    state: str = ""


def batch_rows(ledger: Ledger, chosen: Chosen) -> list[dict[str, Any]]:
    """One row per batch, oldest first."""
    with ledger.reading() as connection:
        found = _Decided.read(connection)
        rows = [
            _batch_row(connection, batch, found)
            for batch in ledger_reads.batches_where(connection)
            if chosen.target in ("", batch.target) and chosen.period in ("", batch.period_id)
        ]
    return [row for row in rows if chosen.state in ("", row["state"])]


def batch_details(ledger: Ledger, outbox: Path, batch_id: str) -> dict[str, Any]:
    """One batch with its files and their hashes, and what was asked and decided about it.

    Raises:
        NotAllowed: There is no such batch.
    """
    batch = find_batch(ledger, batch_id)
    with ledger.reading() as connection:
        row = _batch_row(connection, batch, _Decided.read(connection))
        hold = reads.hold_of(connection, batch.batch_no)
        released = reads.release_of(connection, batch.batch_no)
        table = schema.requests
        asked = connection.execute(
            table.select().where(table.c.batch_no == batch.batch_no).order_by(table.c.request_id)
        ).all()
    return row | {
        "gate_evaluated": batch.gate_evaluated,
        "gate_held": batch.gate_quarantined,
        "release_limit": money_text(hold.limits) if hold else None,
        "gross": money_text(hold.amounts) if hold else None,
        "released_at": _time(released.at) if released else None,
        "release_reason": released.reason if released else None,
        "files": sealed_files(outbox, batch),
        "requests": [
            f"{_time(each.at)} {each.kind} of lines {each.first_seq} to {each.last_seq} by"
            f" {each.actor}: {each.reason}"
            for each in asked
        ],
    }


def line_rows(ledger: Ledger, batch_id: str) -> list[dict[str, Any]]:
    """One row per line of a batch, in the order of its numbers.

    Raises:
        NotAllowed: There is no such batch.
    """
    batch = find_batch(ledger, batch_id)
    columns = [
        "seq", "posting_key", "entry_id", "attempt", "state", "reason_code", "message", "erp_id",
        "accounting_date", "hours", "amount", "currency_code", "is_proven", "proof_difference",
    ]  # fmt: skip
    with ledger.reading() as connection:
        return lines_of_batch(connection, batch).select(columns).to_dicts()


def member_rows(ledger: Ledger, batch_id: str) -> list[dict[str, Any]]:
    """One row per entry of each line of several in a batch; none where every line is of one.

    Raises:
        NotAllowed: There is no such batch.
    """
    return members_of(ledger, find_batch(ledger, batch_id)).to_dicts()


def sealed_files(outbox: Path, batch: StoredBatch) -> dict[str, str]:
    """File name -> SHA-256 as the manifest of a sealed batch says; empty when there is none."""
    manifest = folder_of(outbox, batch) / MANIFEST
    if not manifest.is_file():
        return {}
    return {entry["name"]: entry["sha256"] for entry in json.loads(manifest.read_bytes())["files"]}


@dataclass(frozen=True, slots=True)
class _Decided:
    """What is known per batch beside its lines."""

    seals: Mapping[int, Any]
    holds: Mapping[int, Any]
    releases: Mapping[int, Any]

    @classmethod
    def read(cls, connection: Connection) -> _Decided:
        return cls(
            *(
                reads.by_batch(connection, table)
                for table in (ledger_schema.seals, schema.holds, schema.batch_releases)
            )
        )


def _batch_row(connection: Connection, batch: StoredBatch, found: _Decided) -> dict[str, Any]:
    fold = ledger_reads.fold(connection, batch.batch_no, {})
    states: Counter[State] = Counter(
        state for seq in range(len(fold.current)) if (state := fold.state(seq)) is not None
    )
    seal, released = found.seals.get(batch.batch_no), found.releases.get(batch.batch_no)
    waits = batch.batch_no in found.holds and bool(states["sealed"])
    return {
        "batch_id": batch.batch_id,
        "state": batch_state(set(states)),
        "lines": batch.line_count,
        "hours": str(batch.totals.hours),
        "cost": money_text(batch.totals.amounts),
        "line_states": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        "release": f"by {released.actor}" if released else "awaited" if waits else "",
        "planned_by": batch.actor,
        "created_at": batch.created_at.isoformat(),
        "sealed_at": _time(seal.sealed_at) if seal else None,
        "sha256": seal.manifest_sha256 if seal else None,
    }


def money_text(amounts: Mapping[str, Any]) -> str:
    """Amounts per currency as a person reads them: `600.0000 GBP, 1800.0000 USD`."""
    return ", ".join(f"{value} {code}" for code, value in sorted(amounts.items()))


def _time(value: int) -> str:
    return instant(value).isoformat()
