"""An ERP that takes whole batches and answers later, and misbehaves on request.

Its books (`FakeJobErp`) outlive the adapter (`FakeJobs`), as they would a killed process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

import polars as pl

from tests.nasty.fake_erp import SETTLE_SECONDS, TARGET
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.posting.delivery.base import (
    FOUND_COLUMNS,
    RESULT_COLUMNS,
    Capabilities,
    Collected,
    Found,
    Submission,
)


@dataclass
class FakeJobErp:
    """Books, jobs and moods.

    `moods` are what happens to the next submissions, in order: `lost` (taken, the answer lost),
    `dropped` (not taken, the answer lost), `late` (taken `LATE` seconds later, the answer lost),
    `down` (unreachable). `refused` and `purged` name keys that the ERP refuses, with an answer
    and without one; `pending` is how many questions come too early.
    """

    moods: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)
    pending: int = 0
    clock: float = 0.0
    books: list[Found] = field(default_factory=list)
    jobs: dict[str, pl.DataFrame] = field(default_factory=dict)
    late: list[tuple[float, Submission]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        """Time passes; what was only slow is carried out."""
        self.clock += seconds
        due = [item for moment, item in self.late if moment <= self.clock]
        self.late = [(moment, item) for moment, item in self.late if moment > self.clock]
        for item in due:
            self.take(item)

    def take(self, submission: Submission) -> None:
        """Carry out a submission: nothing protects the ERP from seeing it twice."""
        self.taken.append(submission.submission_id)
        results = []
        for row in submission.lines.iter_rows(named=True):
            key = row["posting_key"]
            if key in self.refused:
                results.append((key, "rejected", None, "PROJECT_INACTIVE", "Invalid project"))
            elif key not in self.purged:
                erp_id = f"J{len(self.books) + 1}"
                self.books.append(Found(
                    key, erp_id, "journal", row["accounting_date"], row["hours"],
                    row["cost_amount_functional"], row["functional_currency_code"], "posted",
                ))  # fmt: skip
                results.append((key, "accepted", erp_id, None, None))
        self.jobs[submission.submission_id] = pl.DataFrame(
            results, schema=RESULT_COLUMNS, orient="row"
        )

    def counts(self) -> Counter[str]:
        """Posting key -> number of objects in the books."""
        return Counter(found.posting_key for found in self.books)


class FakeJobs:
    """The adapter to a `FakeJobErp`."""

    def __init__(self, erp: FakeJobErp, **capabilities: Any) -> None:
        self.erp = erp
        self.capabilities = Capabilities(
            **{
                "idempotency": "key_in_text",
                "max_batch": 1_000,
                "serial_only": True,
                "batch_atomic": False,
                "settle_seconds": SETTLE_SECONDS,
                "answer_seconds": 2.0,
                **capabilities,
            }
        )

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        wanted = set(keys)
        rows = [astuple(item) for item in self.erp.books if item.posting_key in wanted]
        return pl.DataFrame(rows, schema=FOUND_COLUMNS, orient="row")

    def submit(self, submission: Submission) -> None:
        assert submission.files, "a submission carries its sealed files"
        mood = self.erp.moods.pop(0) if self.erp.moods else "take"
        if mood == "down":
            raise SystemUnreachable(TARGET, "no answer", "try later")
        if mood == "late":
            self.erp.late.append((self.erp.clock + SETTLE_SECONDS / 2, submission))
        elif mood != "dropped":
            self.erp.take(submission)
        if mood != "take":
            raise OutcomeUnknown(TARGET, "connection reset")

    def collect(self, submission_id: str) -> Collected:
        nothing = pl.DataFrame(schema=RESULT_COLUMNS)
        if submission_id not in self.erp.jobs:
            return Collected("absent", nothing)
        if self.erp.pending > 0:
            self.erp.pending -= 1
            return Collected("pending", nothing)
        return Collected("done", self.erp.jobs[submission_id], "job finished with errors")
