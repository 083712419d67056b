"""Everything the ledger knows about some posting keys, in the order in which it happened.

Here: plan, seal, release, hand-over, answers, read-back and what people did, as events. Not here:
what the source and the invoice say (`fct_transaction_trace`), printing (`tieout.cli.trace`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.domain.keys import parse_posting_key
from tieout.posting import ledger_reads
from tieout.posting import ledger_schema as tables
from tieout.posting import oversight_reads as reads
from tieout.posting import oversight_schema as schema
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_manifests import keys_with_member, members_of_batch
from tieout.posting.ledger_records import StoredBatch, instant
from tieout.posting.showing import money_text, sealed_files


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a line; `at` is UTC by the run's clock."""

    at: str
    posting_key: str
    batch_id: str
    event: str
    detail: str


def keys_of_entry(ledger: Ledger, entry: str) -> list[str]:
    """Every key under which lines of an entry (`source:record`) were planned, with reversals.

    A posting key given instead of an entry stands for itself and its reversal. Lines of several
    entries are found by each of them.
    """
    parsed = parse_posting_key(entry)
    table = tables.lines
    if parsed is not None:
        wanted = table.c.posting_key.in_([entry, f"R:{entry}"])
    else:
        system, _, record = entry.partition(":")
        # a part of the key is escaped as the key is; autoescape keeps LIKE from reading it
        part = record.replace("%", "%25").replace(":", "%3A")
        wanted = table.c.posting_key.contains(f":{system}:{part}:v", autoescape=True)
    with ledger.reading() as connection:
        found = connection.execute(
            sa.select(table.c.posting_key).where(wanted).distinct().order_by(table.c.posting_key)
        )
        keys = {row.posting_key for row in found}
    return sorted(keys if parsed is not None else keys | {*keys_with_member(ledger, entry)})


def history(ledger: Ledger, outbox: Path, keys: Sequence[str]) -> list[Event]:
    """The events of some keys, of every attempt, oldest first."""
    table, found = tables.lines, list[tuple[int, int, Event]]()
    with ledger.reading() as connection:
        rows = connection.execute(
            sa.select(table.c.line_id, table.c.posting_key)
            .where(table.c.posting_key.in_(list(keys)))
            .order_by(table.c.line_id)
        ).all()
        for line_id, key in rows:
            number, seq = divmod(line_id, tables.LINES_PER_BATCH_MAX)
            (batch,) = ledger_reads.batches_where(connection, tables.batches.c.batch_no == number)
            line = _Line(connection, batch, seq, line_id, key)
            told = [*line.moves(), *line.batch_events(outbox), *line.people(), *line.proofs()]
            found += [
                (at, rank, Event(instant(at).isoformat(), key, batch.batch_id, what, detail))
                for rank, (at, what, detail) in enumerate(told)
            ]
    return [event for _, _, event in sorted(found, key=lambda item: item[:2])]


@dataclass(frozen=True, slots=True)
class _Line:
    """One attempt to post a key; every method yields (microseconds, what, detail)."""

    connection: Connection
    batch: StoredBatch
    seq: int
    line_id: int
    posting_key: str

    def moves(self) -> Iterator[tuple[int, str, str]]:
        """Each state it took, with the ERP's words and its id."""
        table, ids = tables.transitions, tables.erp_ids
        erp_id = self.connection.execute(
            sa.select(ids.c.erp_id).where(ids.c.line_id == self.line_id)
        ).scalar()
        for row in self._rows(table, table.c.transition_id):
            told = [row.reason_code, row.message]
            if row.state == "planned":
                told = [f"by {self.batch.actor}", self._of_several()]
            if row.state == "acked" and erp_id is not None:
                told = [f"ERP id {erp_id}", *told]
            yield row.at, row.state, "; ".join(text for text in told if text)

    def _of_several(self) -> str:
        """The entries of a line of several, with the hours of each."""
        members = members_of_batch(self.connection, self.batch.batch_no)
        mine = members.filter(pl.col("posting_key") == self.posting_key)
        told = [f"{row['entry_id']} v{row['source_version']} {row['hours']} h"
                for row in mine.iter_rows(named=True)]  # fmt: skip
        return f"for {', '.join(told)}" if told else ""

    def batch_events(self, outbox: Path) -> Iterator[tuple[int, str, str]]:
        """Files, hold, release and hand-over of its batch."""
        number = self.batch.batch_no
        for table, what in ((tables.seals, "files"), (schema.holds, "awaits release"),
                            (schema.batch_releases, "released")):  # fmt: skip
            row = reads.by_batch_no(self.connection, table, number)
            if row is None:
                continue
            if what == "files":
                names = sealed_files(outbox, self.batch)
                hashes = [f"{name} sha256 {sha}" for name, sha in sorted(names.items())]
                yield row.sealed_at, what, "; ".join([*hashes, f"manifest {row.manifest_sha256}"])
            elif what == "released":
                yield row.at, what, f"by {row.actor}: {row.reason}"
            else:
                told = f"gross {money_text(row.amounts)}, limit {money_text(row.limits)}"
                yield row.at, what, told
        table = tables.submissions
        for row in self.connection.execute(sa.select(table).where(table.c.batch_no == number)):
            if any(first <= self.seq <= last for first, last in row.seqs):
                yield row.at, "handed over", f"submission {row.submission_id}"

    def people(self) -> Iterator[tuple[int, str, str]]:
        """What people asked about it."""
        table = schema.requests
        for row in self._rows(table, table.c.request_id):
            yield row.at, f"{row.kind} asked", f"by {row.actor}: {row.reason}"
        table = tables.releases
        query = sa.select(table).where(table.c.line_id == self.line_id)
        for row in self.connection.execute(query.order_by(table.c.release_id)):
            yield row.at, "replay allowed", f"by {row.actor}: {row.reason}"

    def proofs(self) -> Iterator[tuple[int, str, str]]:
        """What the read-back showed."""
        table = tables.proofs
        for row in self._rows(table, table.c.proof_id):
            yield row.at, "read back", row.difference or "proven: as it was sealed"

    def _rows(self, table: sa.Table, order: sa.Column[int]) -> sa.CursorResult[tuple[object, ...]]:
        return self.connection.execute(
            sa.select(table)
            .where(
                table.c.batch_no == self.batch.batch_no,
                table.c.first_seq <= self.seq,
                table.c.last_seq >= self.seq,
            )
            .order_by(order)
        )
