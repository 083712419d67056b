"""The posting ledger: what was planned, sealed, sent and answered, kept for good.

Here: the durable store, append-only, one transaction per call. Not here: its tables, values and
export (`ledger_schema`, `ledger_records`, `ledger_export`), legal moves (`states`), steps (`run`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tieout.domain.verdict import Finding
from tieout.posting import ledger_reads as reads
from tieout.posting import ledger_schema as schema
from tieout.posting import ledger_writes as writes
from tieout.posting.ledger_records import (
    Fold,
    KnownKey,
    Move,
    NewBatch,
    Seal,
    StoredBatch,
    as_runs,
    microseconds,
    runs_of,
)
from tieout.posting.ledger_rivals import rivals
from tieout.posting.states import check_move

GENESIS = "0" * 64


class Ledger:
    """The posting ledger of one installation.

    Args:
        url: SQLAlchemy URL of the store, for example `sqlite:////home/…/ledger.sqlite` or
            `postgresql+psycopg://…`.
    """

    def __init__(self, url: str | sa.URL) -> None:
        self.engine = schema.connect(url)
        schema.bring_up_to_date(self.engine)
        self._folds: dict[int, Fold] = {}

    @classmethod
    def at(cls, path: Path, url: str | None = None) -> Ledger:
        """Open the SQLite ledger at `path`, or the store behind `url` when one is set."""
        return cls(url or sa.URL.create("sqlite", database=str(path)))

    def close(self) -> None:
        """Release the connections."""
        self.engine.dispose()

    def plan(
        self,
        batch: NewBatch,
        frame: pl.DataFrame,
        hashes: Sequence[str] | pl.Series,
        held: Sequence[Finding],
    ) -> StoredBatch:
        """Store a batch with its lines and the gate's findings, in one transaction.

        Args:
            batch: The batch.
            frame: Its conforming lines: first those to be sent, then one per finding in `held`.
            hashes: Payload hash of each line.
            held: What holds back each of the last `len(held)` lines; they are void at once.

        Raises:
            KeyTaken: A key is open or acknowledged already. With another payload the message
                names both hashes. Nothing is stored.
        """
        now = microseconds(batch.created_at)
        with self.writing() as connection:
            keys = frame["posting_key"].to_list()
            known = reads.known_keys(connection, keys, self._folds)
            if known:
                for key, payload in zip(keys, hashes, strict=True):
                    writes.refuse_taken(known.get(key), payload)
            number = max(reads.next_batch_no(connection), batch.number_min)
            batch_id = writes.insert_batch(connection, number, batch)
            writes.insert_lines(connection, number, frame, hashes, known, batch.members)
            writes.insert_findings(connection, number, batch.verdict.findings, now)
            writes.insert_moves(connection, number, writes.first_moves(frame.height, held), now)
            self._mark_if_ended(connection, number, now)
        return self.batch(batch_id)

    def seal(self, batch: StoredBatch, seal: Seal, at: datetime) -> None:
        """Store the seal and move every planned line of the batch to `sealed`."""
        moment = microseconds(at)
        with self.writing() as connection:
            fold = self._fold(connection, batch.batch_no)
            writes.insert_seal(connection, batch.batch_no, seal, moment)
            planned = runs_of(fold.numbers("planned").to_frame())
            moves = [Move(first, last, "sealed") for first, last in planned]
            self._store_moves(connection, batch.batch_no, moves, moment)

    def move(
        self,
        batch: StoredBatch,
        moves: Sequence[Move],
        at: datetime,
        erp_ids: Mapping[int, str] | pl.DataFrame | None = None,
    ) -> None:
        """Store moves of lines, with the ERP's ids of those that were acknowledged.

        Raises:
            IllegalMove: A line may not make its move. Nothing is stored.
        """
        moment = microseconds(at)
        with self.writing() as connection:
            self._store_moves(connection, batch.batch_no, as_runs(moves), moment)
            writes.insert_erp_ids(connection, batch.batch_no, {} if erp_ids is None else erp_ids)
            self._mark_if_ended(connection, batch.batch_no, moment)

    def prove(self, batch: StoredBatch, shown: pl.DataFrame, at: datetime) -> None:
        """Store what the read-back showed, one row per line.

        Args:
            batch: The batch.
            shown: `seq` and `difference`; null is proven, text a difference.
            at: The run's clock.
        """
        moment = microseconds(at)
        rows = [
            (batch.batch_no, first, last, difference, moment)
            for first, last, difference in runs_of(shown, "difference")
        ]
        with self.writing() as connection:
            writes.insert_many(connection, schema.proofs, rows)

    def mark_proven(self, batch: StoredBatch, at: datetime) -> None:
        """Note that nothing of the batch is left to read back."""
        with self.writing() as connection:
            reads.mark(connection, batch.batch_no, "proven", microseconds(at))

    def release(self, keys: Collection[str], actor: str, reason: str, at: datetime) -> int:
        """Allow keys that wait for a person to be planned again; others are left alone."""
        moment = microseconds(at)
        with self.writing() as connection:
            known = reads.known_keys(connection, sorted(keys), self._folds)
            rows = [
                (key, line.line_id, actor, reason, moment)
                for key, line in sorted(known.items())
                if line.needs_person
            ]
            writes.insert_many(connection, schema.releases, rows)
        return len(rows)

    def known(self, keys: Sequence[str]) -> dict[str, KnownKey]:
        """The newest attempt of each key that the ledger knows."""
        with self.reading() as connection:
            return reads.known_keys(connection, keys, self._folds)

    def rivals(self, keys: Sequence[str]) -> dict[str, KnownKey]:
        """Other versions that stand in the way of keys (`tieout.posting.ledger_rivals`)."""
        with self.reading() as connection:
            return rivals(connection, keys, self._folds)

    def submit(
        self, batch: StoredBatch, submission_id: str, moves: Sequence[Move], at: datetime
    ) -> None:
        """Store that lines go out under a name (again when it repeats): they are `sending`."""
        moment = microseconds(at)
        with self.writing() as connection:
            self._store_moves(connection, batch.batch_no, moves, moment)
            writes.insert_submission(connection, batch.batch_no, submission_id, moves, moment)

    def submissions(self, batch: StoredBatch) -> list[str]:
        """The names under which lines of a batch were handed over, oldest first."""
        with self.reading() as connection:
            return reads.submissions(connection, batch.batch_no)

    def batch(self, batch_id: str) -> StoredBatch:
        """The batch of that id; KeyError if there is none."""
        with self.reading() as connection:
            found = reads.batches_where(connection, schema.batches.c.batch_id == batch_id)
        if not found:
            raise KeyError(batch_id)
        return found[0]

    def unfinished(self, target: str, milestone: str = "finished") -> list[StoredBatch]:
        """Batches of a target that have not reached a milestone, oldest first."""
        with self.reading() as connection:
            return reads.batches_before(connection, target, milestone)

    def fold(self, batch: StoredBatch) -> Fold:
        """Where every line of the batch stands now."""
        with self.reading() as connection:
            return self._fold(connection, batch.batch_no)

    def lines(self, batch: StoredBatch, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The lines of a batch by number: `seq` and the columns of `ledger_contents`, or some."""
        with self.reading() as connection:
            return reads.lines_of(connection, batch.batch_no, columns)

    def proofs(self, batch: StoredBatch) -> dict[int, tuple[str | None, int]]:
        """Line number -> newest (difference, when) of the lines that were read back."""
        with self.reading() as connection:
            return reads.proofs(connection, batch.batch_no)

    def seals(
        self, target: str, *, newest_only: bool = False, batch_no: int | None = None
    ) -> list[Seal]:
        """The chain of seals of a target, oldest first; or only its newest, or one batch's."""
        with self.reading() as connection:
            return reads.seals(connection, target, newest_only=newest_only, batch_no=batch_no)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection with a stable view of the ledger."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One durable transaction; what was remembered of it is forgotten if it fails."""
        try:
            with (
                self.engine.connect().execution_options(writing=True) as connection,
                connection.begin(),
            ):
                yield connection
        except BaseException:
            self._folds.clear()
            raise

    def _fold(self, connection: Connection, batch_no: int) -> Fold:
        return reads.fold(connection, batch_no, self._folds)

    def _store_moves(
        self, connection: Connection, batch_no: int, moves: Sequence[Move], at: int
    ) -> None:
        """Check every move against the table, then store them all."""
        fold = self._fold(connection, batch_no)
        for move in moves:
            for before in fold.states(move.first, move.last):
                check_move(before, move.state, f"lines {move.first}-{move.last} of {batch_no}")
        writes.insert_moves(connection, batch_no, moves, at)

    def _mark_if_ended(self, connection: Connection, batch_no: int, at: int) -> None:
        if not self._fold(connection, batch_no).open_lines:
            reads.mark(connection, batch_no, "finished", at)
