"""From pages to landing rows: versions, first known instant, tombstones, quarantine, drift.

Grain of every landed table: one row per record `id` and `version`. `known_at` stays the first
instant at which that version was known, because rows known already are not landed again; so a
report as of an earlier K never changes. Loading the rows is `pipelines.load`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pyarrow as pa

from pipelines.arrow import PageParser, pc
from pipelines.contracts import Extractor, Table, Window
from pipelines.evidence import Evidence
from pipelines.guards import refuse_absent_fields, refuse_vanished
from pipelines.known import Known
from pipelines.records import Reject
from tieout.config import System
from tieout.domain.errors import SystemUnreachable
from tieout.domain.progress import Stage

GROUP_ROWS = 100_000
PAGES_MAX = 1_000_000
QUARANTINE = "quarantined_records"
DRIFT = "schema_fields"


@dataclass
class TableCounts:
    """What happened to one table: extracted = landed + unchanged + quarantined + repeated."""

    extracted: int = 0
    landed: int = 0
    unchanged: int = 0
    repeated: int = 0
    quarantined: int = 0
    deleted: int = 0


@dataclass
class Lander:
    """Lands one table of one system at one instant."""

    system: System
    table: Table
    now: datetime
    known: Known
    evidence: Evidence
    counts: TableCounts = field(default_factory=TableCounts)
    rejects: list[Reject] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    read: list[pa.Table] = field(default_factory=list)

    @property
    def now_version(self) -> int:
        """This instant as a version: microseconds since 1970, UTC."""
        return int(self.now.timestamp() * 1_000_000)

    def land(
        self, extractor: Extractor, windows: list[Window], stage: Stage, *, complete_last: bool
    ) -> Iterator[pa.Table]:
        """Groups of new rows; tombstones last.

        Args:
            extractor: pages the source.
            windows: what to list, in order.
            stage: progress of this table.
            complete_last: the last window is a complete listing, so what it lacks was deleted.
        """
        listed: list[pa.Array] = []
        for number, window in enumerate(windows, start=1):
            is_complete = complete_last and number == len(windows)
            waiting: list[pa.Table] = []
            for page in self._pages(extractor, window, stage):
                if is_complete:
                    listed.append(page["id"].combine_chunks())
                waiting.append(page)
                if sum(group.num_rows for group in waiting) >= GROUP_ROWS:
                    yield from self._new_rows(waiting)
                    waiting = []
            yield from self._new_rows(waiting)
        if complete_last:
            yield from self._tombstones(listed, windows[-1])

    def _pages(self, extractor: Extractor, window: Window, stage: Stage) -> Iterator[pa.Table]:
        parser = PageParser(self.table)
        for number, page in enumerate(extractor.pages(self.table, window)):
            if number >= PAGES_MAX:
                raise SystemUnreachable(
                    self.system.id,
                    f"{self.table.name}: more than {PAGES_MAX} pages",
                    "the paging does not end; report it",
                )
            self.evidence.keep(self.table.name, page.raw)
            try:
                parsed = parser.parse(page)
                if number == 0:
                    refuse_absent_fields(self.system, self.table, page.records)
            except ValueError as problem:
                raise SystemUnreachable(
                    self.system.id,
                    f"{self.table.name}: page {number + 1} cannot be read: {problem}",
                    "a truncated or foreign answer: run the same command again",
                ) from problem
            self.counts.extracted += parsed.table.num_rows + len(parsed.rejects)
            self.counts.quarantined += len(parsed.rejects)
            self.rejects.extend(parsed.rejects)
            self.fields.update(parsed.fields)
            stage.advance(parsed.table.num_rows + len(parsed.rejects))
            if parsed.table.num_rows or not parsed.rejects:
                yield parsed.table

    def _versioned(self, rows: pa.Table) -> pa.Table:
        if self.table.version:
            column = rows[self.table.version]
            version = pc.cast(column, pa.int64())
            if version.null_count:
                version = pc.fill_null(version, 0)
            digest = pa.nulls(rows.num_rows, pa.string())
        else:
            version = pa.array([self.now_version] * rows.num_rows, pa.int64())
            digest = content_digest(rows)
        rows = rows.add_column(1, "version", version)
        rows = rows.add_column(2, "known_at", _constant(self.now, rows.num_rows))
        rows = rows.add_column(3, "is_deleted", pa.array([False] * rows.num_rows))
        return rows.append_column("content_digest", digest)

    def _new_rows(self, waiting: list[pa.Table]) -> Iterator[pa.Table]:
        if not sum(group.num_rows for group in waiting):
            return
        rows = self._versioned(pa.concat_tables(waiting))
        fresh, repeated = self.known.only_new(self.table, rows, self.now_version, self.read)
        self.read.append(rows.select(["id", "version"]))
        self.counts.repeated += repeated
        self.counts.landed += fresh.num_rows
        self.counts.unchanged += rows.num_rows - repeated - fresh.num_rows
        if fresh.num_rows:
            yield fresh

    def _tombstones(self, listed: list[pa.Array], window: Window) -> Iterator[pa.Table]:
        kept = [reject.record_id for reject in self.rejects]
        ids = pa.chunked_array([*listed, pa.array(kept, pa.string())], pa.string())
        live, gone = self.known.not_listed(self.table, ids, window.sweep_from)
        refuse_vanished(self.system, self.table, live, gone.num_rows)
        if gone.num_rows:
            self.counts.deleted += gone.num_rows
            version = pc.max_element_wise(
                pc.add(gone["version"], 1), pa.scalar(self.now_version, pa.int64())
            )
            gone = gone.set_column(1, "version", version)
            gone = gone.set_column(2, "known_at", _constant(self.now, gone.num_rows))
            yield gone.set_column(3, "is_deleted", pa.array([True] * gone.num_rows))


def _constant(now: datetime, rows: int) -> pa.Array:
    return pa.array([now.replace(tzinfo=None)] * rows, pa.timestamp("us"))


def content_digest(rows: pa.Table) -> pa.Array:
    """SHA-256 of every row's content, computed by the engine, for versions of our own making."""
    connection = duckdb.connect()
    try:
        names = ", ".join(
            f"coalesce(cast(\"{name}\" as varchar), '\u2400')" for name in rows.column_names
        )
        result = connection.execute(
            f"select sha256(concat_ws('\u241f', {names})) as digest from rows"
        )
        return result.to_arrow_table()["digest"].combine_chunks()
    finally:
        connection.close()


def quarantine_rows(lander: Lander) -> pa.Table:
    """The rejects of one table, one row per bad record as received."""
    amount_path = tuple((lander.table.amount or "").split("."))
    rows = []
    for reject in lander.rejects:
        raw = json.dumps(reject.record, default=str, sort_keys=True)
        amount: object = reject.record
        for key in amount_path:
            amount = amount.get(key) if isinstance(amount, dict) else None
        digest = hashlib.sha256(f"{lander.table.name}\u241f{raw}".encode()).hexdigest()
        rows.append(
            {
                "id": digest,
                "version": 1,
                "known_at": lander.now.replace(tzinfo=None),
                "is_deleted": False,
                "table_name": lander.table.name,
                "source_record_id": reject.record_id,
                "reason_code": reject.reason_code,
                "detail": reject.detail,
                "raw_json": raw,
                "amount_text": None if amount is None else str(amount),
            }
        )
    return pa.Table.from_pylist(rows, schema=QUARANTINE_SCHEMA)


QUARANTINE_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("version", pa.int64()),
        ("known_at", pa.timestamp("us")),
        ("is_deleted", pa.bool_()),
        ("table_name", pa.string()),
        ("source_record_id", pa.string()),
        ("reason_code", pa.string()),
        ("detail", pa.string()),
        ("raw_json", pa.string()),
        ("amount_text", pa.string()),
    ]
)


def field_rows(lander: Lander) -> pa.Table:
    """Every field name the source served, one row per table and field."""
    names = sorted(lander.fields)
    rows = len(names)
    return pa.table(
        {
            "id": pa.array([f"{lander.table.name}|{name}" for name in names], pa.string()),
            "version": pa.array([1] * rows, pa.int64()),
            "known_at": _constant(lander.now, rows),
            "is_deleted": pa.array([False] * rows, pa.bool_()),
            "table_name": pa.array([lander.table.name] * rows, pa.string()),
            "field_name": pa.array(names, pa.string()),
        }
    )
