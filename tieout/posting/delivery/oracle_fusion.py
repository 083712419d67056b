"""Posting to Oracle Fusion: whole batches as FBDI files, answered by import jobs later.

Here: `OracleFusionDelivery`. Not here: files (`writers.oracle_fusion`), documents and jobs
(`oracle_fusion_jobs`), look-ups (`oracle_fusion_books`), reports (`acks.oracle_fusion`).

Oracle refuses a second project cost with the same reference, but takes a journal twice, so the
weaker promise is declared: the key only stands in a text. The files of a batch are found again by
their names on Oracle's document server, which holds them from the moment the hand-over worked; a
batch counts as arrived when every one of its files is there. After the jobs ended, the lines are
taken from the files as Oracle holds them: what stands in the books is accepted, what a report
names is refused, and about the rest nothing is said. A "duplicate" is no answer either: the first
line with that key may be ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from tieout.config import System
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.acks.oracle_fusion import Refusal
from tieout.posting.delivery.base import RESULT_COLUMNS, Capabilities, Collected, Submission
from tieout.posting.delivery.oracle_fusion_books import Books
from tieout.posting.delivery.oracle_fusion_jobs import Jobs, Outcome
from tieout.posting.delivery.oracle_fusion_records import Document, document_of
from tieout.posting.delivery.oracle_fusion_rest import Fusion
from tieout.posting.delivery.oracle_fusion_setup import JobSetup
from tieout.posting.writers.oracle_fusion import NOT_SENT
from tieout.posting.writers.oracle_fusion_lines import COST, JOURNAL
from tieout.posting.writers.oracle_fusion_reader import read_files
from tieout.posting.writers.oracle_fusion_setup import setup_of

LINES_MAX: Final = 100_000
SETTLE_SECONDS: Final = 120.0
ANSWER_SECONDS: Final = 600.0

Result = tuple[str, str, str | None, str | None, str | None]


class OracleFusionDelivery:
    """The adapter of one Fusion pod.

    Args:
        system: the system of firm.yml; see `oracle_fusion_setup` for its options.
        session: a session with the pod's root, authenticated.
    """

    capabilities = Capabilities(
        idempotency="key_in_text",
        max_batch=LINES_MAX,
        serial_only=True,
        batch_atomic=False,
        settle_seconds=SETTLE_SECONDS,
        answer_seconds=ANSWER_SECONDS,
    )

    def __init__(self, system: System, session: ApiSession) -> None:
        fusion = Fusion(session)
        names = setup_of(system.id, system.options)
        self._system_id = system.id
        self._jobs = Jobs(fusion, JobSetup(system))
        self._books = Books(fusion, names.transaction_source, names.journal_source)

    def look_up(self, keys: Sequence[str]) -> pl.DataFrame:
        """What Oracle holds now under each posting key, oldest first.

        Raises:
            SystemUnreachable: Oracle gave no usable answer.
        """
        return self._books.held(keys)

    def submit(self, submission: Submission) -> None:
        """Hand over the files of a batch that Oracle does not have yet.

        Raises:
            SystemUnreachable: nothing was handed over.
            OutcomeUnknown: a file was, or may have been.
        """
        batch_id = submission.submission_id
        there = {document.number for document in self._jobs.documents(batch_id)}
        given = bool(there)
        parts = {document_of("0", name, batch_id).number: name for name in submission.files}
        for number, name in sorted(parts.items()):
            if number in there:
                continue
            try:
                self._jobs.hand_over(name, submission.files[name], batch_id)
            except SystemUnreachable as problem:
                if not given:
                    raise
                raise OutcomeUnknown(self._system_id, problem.tried) from problem
            given = True

    def collect(self, submission_id: str) -> Collected:
        """What became of a batch, as far as Oracle got with it.

        Raises:
            SystemUnreachable: Oracle gave no usable answer.
        """
        documents = self._jobs.documents(submission_id)
        there = {document.number for document in documents}
        if not documents or len(there) < documents[0].total:
            return Collected("absent", _frame([]))
        outcomes = [(item, self._outcome(item, submission_id)) for item in documents]
        if any(outcome.state == "pending" for _, outcome in outcomes):
            return Collected("pending", _frame([]))
        results: list[Result] = []
        for document, outcome in outcomes:
            results += self._results(document, outcome)
        accepted = [row for row in results if row[1] == "accepted"]
        refused = [row for row in results if row[1] != "accepted"]
        told = "; ".join(outcome.message for _, outcome in outcomes if outcome.message)
        return Collected("done", _frame([*accepted, *refused]), told or None)

    def _outcome(self, document: Document, batch_id: str) -> Outcome:
        if document.kind == NOT_SENT:
            return Outcome("imported")
        try:
            return self._jobs.outcome(document, batch_id)
        except OutcomeUnknown:  # the import of costs was perhaps submitted: the next look tells
            return Outcome("pending")

    def _results(self, document: Document, outcome: Outcome) -> list[Result]:
        """What is known about the lines of one file."""
        content = self._jobs.content(document)
        if document.kind == NOT_SENT:
            table = pl.read_csv(content, infer_schema=False)
            return [
                (row["posting_key"], "rejected", None, row["reason_code"], row["message"])
                for row in table.iter_rows(named=True)
            ]
        lines = read_files({"file.zip": content})
        keys: list[str] = lines["posting_key"].to_list()
        kind = JOURNAL if document.kind == JOURNAL else COST
        held = self._books.held(keys, kind).unique("posting_key", keep="first")
        erp_ids: dict[str, str] = dict(held.select("posting_key", "erp_id").iter_rows())
        refusals = _by_reference(outcome.refusals)
        results: list[Result] = [(key, "accepted", erp_ids[key], None, None) for key in erp_ids]
        for key, short in lines.select("posting_key", "reference").iter_rows():
            refusal = refusals.get(short)
            if key not in erp_ids and refusal and refusal.reason_code != "DUPLICATE":
                results.append((key, "rejected", None, refusal.reason_code, refusal.message))
        return results


def create_delivery(system: System, session: ApiSession) -> OracleFusionDelivery:
    """The adapter for a system of vendor oracle_fusion."""
    return OracleFusionDelivery(system, session)


def _by_reference(refusals: Sequence[Refusal]) -> dict[str, Refusal]:
    """One refusal per line; of several reasons the first, with all of Oracle's words."""
    found: dict[str, Refusal] = {}
    for refusal in refusals:
        first = found.get(refusal.reference)
        message = f"{first.message}; {refusal.message}" if first else refusal.message
        reason = first.reason_code if first else refusal.reason_code
        found[refusal.reference] = Refusal(refusal.reference, reason, message)
    return found


def _frame(results: Sequence[Result]) -> pl.DataFrame:
    return pl.DataFrame(list(results), schema=RESULT_COLUMNS, orient="row")
