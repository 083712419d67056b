"""The adapters through which the real posting step talks to simulated ERPs.

Here: the two ports of `tieout.posting.delivery.base` over a `SimErp`, with the faults that the
nemesis chooses per call. Not here: the ERP's books and rules (`tests.simulation.books`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import Any

import polars as pl

from tests.simulation.books import JOB_SECONDS, SLOW_JOB_SECONDS, Job, SimErp
from tests.simulation.nemesis import Nemesis
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.posting.delivery.base import (
    FOUND_COLUMNS,
    RESULT_COLUMNS,
    Collected,
    Found,
    LineResult,
    Submission,
)


class _Port:
    """What both adapters do alike."""

    def __init__(self, erp: SimErp, nemesis: Nemesis) -> None:
        self.erp, self.nemesis = erp, nemesis
        self.capabilities = erp.kind.capabilities()

    def _reach(self, call: str, keys: Sequence[str]) -> None:
        """Every call may find the ERP down; what was only slow has happened by now."""
        self.erp.settle(self.nemesis.clock.seconds)
        self.nemesis.history.note(
            self.nemesis.clock.seconds, call, erp=self.erp.name, keys=list(keys)
        )
        if self.erp.is_down or self.nemesis.strikes(self.erp, "down", keys):
            raise SystemUnreachable(self.erp.name, "no answer", "try later")


class LinePort(_Port):
    """An ERP that answers each line, or each atomic call, at once."""

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        if not keys:
            return {}
        self._reach("look_up", keys)
        found: dict[str, list[Found]] = {}
        for item in self.erp.look_up(keys):
            found.setdefault(item.key, []).append(item.found())
        return found

    def send(self, lines: pl.DataFrame) -> Iterator[LineResult]:
        rows = list(lines.iter_rows(named=True))
        if self.erp.kind.is_atomic:
            yield from self._together(rows)
            return
        for row in rows:
            yield from self._one(row)

    def _one(self, row: dict[str, Any]) -> Iterator[LineResult]:
        key = row["posting_key"]
        self._reach("send", [key])
        self.nemesis.asked(self.erp, [row])
        mood = self.nemesis.mood(self.erp, row)
        if mood in ("lost_ack", "raise"):
            if self.erp.refusal(row) is None:
                self.erp.store(self.erp.item_of(row))
            if mood == "raise":
                raise OutcomeUnknown(self.erp.name, "connection reset")
        elif mood == "late":
            self.erp.late.append((self.nemesis.late(), row))
        elif mood == "draft":
            self.erp.store(self.erp.item_of(row, "draft"))
        if mood in ("lost_ack", "late", "draft", "drop"):
            yield LineResult(key, "unknown", message="connection reset")
        elif mood == "locked":
            yield LineResult(key, "rejected", None, "RECORD_LOCKED", "locked by another user")
        else:
            yield self._answer(row)

    def _together(self, rows: list[dict[str, Any]]) -> Iterator[LineResult]:
        """All lines of a call or none."""
        keys = [row["posting_key"] for row in rows]
        self._reach("send", keys)
        self.nemesis.asked(self.erp, rows)
        mood = self.nemesis.mood(self.erp, rows[0])
        refusals = [refusal for row in rows if (refusal := self.erp.refusal(row))]
        if mood == "locked":
            refusals = [("RECORD_LOCKED", "locked by another user")]
        if mood == "late" and not refusals:
            moment = self.nemesis.late()
            self.erp.late += [(moment, row) for row in rows]
        if mood in ("lost_ack", "raise") and not refusals:
            for row in rows:
                self.erp.store(self.erp.item_of(row))
        if mood in ("lost_ack", "late", "drop", "raise", "draft"):
            raise OutcomeUnknown(self.erp.name, "connection reset")
        for row in rows:
            if refusals:
                reason, text = self.erp.refusal(row) or refusals[0]
                yield LineResult(row["posting_key"], "rejected", None, reason, text)
            else:
                yield self._answer(row)

    def _answer(self, row: dict[str, Any]) -> LineResult:
        refusal = self.erp.refusal(row)
        if refusal is not None:
            return LineResult(row["posting_key"], "rejected", None, *refusal)
        taken, is_new = self.erp.store(self.erp.item_of(row))
        outcome = "accepted" if is_new else "already_there"
        return LineResult(row["posting_key"], outcome, taken.erp_id)


class JobPort(_Port):
    """An ERP that takes a whole batch and answers when its job is done."""

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        self._reach("look_up", keys)
        rows = [astuple(item.found()) for item in self.erp.look_up(keys)]
        return pl.DataFrame(rows, schema=FOUND_COLUMNS, orient="row")

    def submit(self, submission: Submission) -> None:
        assert submission.files, "a submission carries its sealed files"
        rows = list(submission.lines.iter_rows(named=True))
        self._reach("submit", [row["posting_key"] for row in rows])
        self.nemesis.asked(self.erp, rows)
        mood = self.nemesis.mood(self.erp, rows[0])
        now = self.nemesis.clock.seconds
        work = SLOW_JOB_SECONDS if mood == "slow" else JOB_SECONDS
        if mood != "drop":
            arrives = self.nemesis.late() if mood == "late" else now
            self.erp.jobs[submission.submission_id] = Job(
                arrives + work, rows, arrives, doubled=mood == "doubled"
            )
        if mood in ("lost_ack", "raise", "late", "drop"):
            raise OutcomeUnknown(self.erp.name, "connection reset")

    def collect(self, submission_id: str) -> Collected:
        self._reach("collect", [submission_id])
        job = self.erp.jobs.get(submission_id)
        nothing = pl.DataFrame(schema=RESULT_COLUMNS)
        if job is None or job.shown_from > self.nemesis.clock.seconds:
            return Collected("absent", nothing)
        if not job.is_done:
            return Collected("pending", nothing)
        return Collected("done", pl.DataFrame(job.results, schema=RESULT_COLUMNS, orient="row"))
