"""Sending sealed lines: look up, persist, send, persist each answer.

Here: one bounded chunk at a time through the port of the ERP, and the recording of outcomes. Not
here: which lines are sent (`tieout.posting.run`), lines whose outcome stayed unknown
(`tieout.posting.doubt`).

Nothing leaves before the ledger says `sending`: a process that dies at any point leaves either
an untouched line, an answered line, or a line that is known to be in doubt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.domain.progress import Stage
from tieout.posting import faultpoints
from tieout.posting.books import AnyDelivery
from tieout.posting.delivery.base import Delivery, Found, LineResult
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_records import Move, StoredBatch, runs_of
from tieout.posting.report import PostingReport

ANSWERS_PER_COMMIT_MAX = 1_000
SECONDS_PER_COMMIT_MAX = 0.25
UNKNOWN_IN_A_ROW_MAX = 20
MESSAGE_LENGTH_MAX = 500
FOUND_BY_LOOK_UP = "found in the ERP by look-up"


@dataclass(slots=True)
class Session:
    """What every step of posting to one target shares.

    `stage` is the progress being shown now; `sleep` and `seconds` (a monotonic clock) are
    replaceable in tests.
    """

    ledger: Ledger
    delivery: AnyDelivery
    now: datetime
    report: PostingReport
    stage: Stage | None = None
    sleep: Callable[[float], None] = time.sleep
    seconds: Callable[[], float] = time.monotonic
    unknown_in_a_row: int = 0

    def advance(self, lines: int = 1) -> None:
        """Count lines that are done."""
        if self.stage is not None:
            self.stage.advance(lines)

    def withdraw(self, batch: StoredBatch, seqs: pl.Series, message: str) -> None:
        """Make void the lines of these numbers, which nobody outside has taken."""
        runs = runs_of(pl.DataFrame({"seq": seqs}))
        if moves := [Move(first, last, "void", None, message) for first, last in runs]:
            self.ledger.move(batch, moves, self.now)
            self.report.withdrawn += seqs.len()

    def note(self, text: str) -> None:
        """Say why nothing moves for a while."""
        if self.stage is not None:
            self.stage.note(text)


class Answers:
    """Gathers what the ERP says about lines of one batch and stores it, a few at a time."""

    def __init__(self, session: Session, batch: StoredBatch, seqs: Mapping[str, int]) -> None:
        self._session, self._batch = session, batch
        self._waiting = dict(seqs)
        self._moves: list[Move] = []
        self._erp_ids: dict[int, str] = {}
        self._stored_at = session.seconds()

    @property
    def unanswered(self) -> dict[str, int]:
        """Posting key -> line number of the lines without an answer so far."""
        return dict(self._waiting)

    def found(self, key: str, objects: Sequence[Found]) -> None:
        """A look-up showed that the ERP has the line; the oldest object is the line."""
        others = [found.erp_id for found in objects[1:]]
        message = FOUND_BY_LOOK_UP
        if others:
            message += f"; the ERP holds it {len(objects)} times, also as {', '.join(others)}"
        self.add(LineResult(key, "already_there", objects[0].erp_id, None, message))

    def add(self, result: LineResult) -> None:
        """Take one answer.

        Raises:
            SystemUnreachable: Too many answers in a row were unknown; the ERP is not well.
        """
        seq = self._waiting.pop(result.posting_key, None)
        if seq is None:
            raise RuntimeError(f"{result.posting_key} was answered but is not awaited")
        report = self._session.report
        message = result.message[:MESSAGE_LENGTH_MAX] if result.message else None
        if result.outcome == "unknown":
            self._moves.append(Move(seq, seq, "sending", "IN_DOUBT", message or "no answer"))
        elif result.outcome == "rejected":
            reason = result.reason_code or "REJECTED"
            self._moves.append(Move(seq, seq, "rejected", reason, message))
            report.rejected += 1
        else:
            self._moves.append(Move(seq, seq, "acked", None, message))
            if result.erp_id is not None:
                self._erp_ids[seq] = result.erp_id
            report.accepted += result.outcome == "accepted"
            report.already_there += result.outcome == "already_there"
        if result.outcome != "unknown":
            self._session.advance()
        self._count_unknown(result)
        late = self._session.seconds() - self._stored_at >= SECONDS_PER_COMMIT_MAX
        if late or len(self._moves) >= ANSWERS_PER_COMMIT_MAX:
            self.store()

    def store(self) -> None:
        """Write the answers gathered so far, in one durable transaction."""
        if self._moves:
            self._session.ledger.move(self._batch, self._moves, self._session.now, self._erp_ids)
            faultpoints.reach("after_ack_recorded")
        self._moves, self._erp_ids = [], {}
        self._stored_at = self._session.seconds()

    def _count_unknown(self, result: LineResult) -> None:
        session = self._session
        session.unknown_in_a_row = (
            session.unknown_in_a_row + 1 if result.outcome == "unknown" else 0
        )
        if session.unknown_in_a_row >= UNKNOWN_IN_A_ROW_MAX:
            raise SystemUnreachable(
                session.report.target,
                f"{UNKNOWN_IN_A_ROW_MAX} answers in a row did not come",
                "check the ERP, then run again: lines in doubt are looked up before anything"
                " is sent",
            )


def send_lines(
    session: Session,
    delivery: Delivery,
    batch: StoredBatch,
    lines: pl.DataFrame,
    seqs: Sequence[int],
) -> None:
    """Send some lines of a sealed batch, chunk by chunk.

    Args:
        session: The step.
        delivery: The adapter.
        batch: The batch.
        lines: Sealed lines of the batch; the row number is the line number.
        seqs: Numbers of the lines to send, in state `sealed` or (proved absent) `sending`.

    Raises:
        SystemUnreachable: The ERP stopped answering; everything known is stored.
    """
    size = max(1, delivery.capabilities.max_batch)
    for start in range(0, len(seqs), size):
        _send_chunk(session, delivery, batch, lines, seqs[start : start + size])


def _send_chunk(
    session: Session,
    delivery: Delivery,
    batch: StoredBatch,
    lines: pl.DataFrame,
    seqs: Sequence[int],
) -> None:
    """Send one chunk: every line of it is in doubt from the first commit to its answer.

    The look-up comes first, so that an ERP that is down leaves the lines sealed, not in doubt.
    """
    chunk = lines[list(seqs)]
    keys: list[str] = chunk["posting_key"].to_list()
    posted = _posted(delivery, keys)
    faultpoints.reach("after_look_up")
    session.ledger.move(batch, [Move(seq, seq, "sending") for seq in seqs], session.now)
    faultpoints.reach("after_mark_sending")
    answers = Answers(session, batch, dict(zip(keys, seqs, strict=True)))
    try:
        for key, objects in posted.items():
            answers.found(key, objects)
        refused = _send(delivery, answers, chunk)
        if refused:
            _send_singly(delivery, answers, chunk)
    finally:
        answers.store()


def _send(delivery: Delivery, answers: Answers, chunk: pl.DataFrame) -> bool:
    """Send what has no answer yet; True when an atomic call must be taken apart.

    A refusal inside an atomic call of several lines says nothing about the others, so those
    lines stay unanswered and are sent one by one.
    """
    rest = chunk
    if len(answers.unanswered) < chunk.height:
        rest = chunk.filter(pl.col("posting_key").is_in(sorted(answers.unanswered)))
    if rest.is_empty():
        return False
    together = delivery.capabilities.batch_atomic and rest.height > 1
    refused = False
    try:
        for result in delivery.send(rest):
            faultpoints.reach("after_send_before_ack")
            if together and result.outcome == "rejected":
                refused = True
                continue
            answers.add(result)
    except OutcomeUnknown as problem:
        refused = False
        _doubt(answers, rest, str(problem))
    if not refused:
        _doubt(answers, rest, "the ERP gave no answer for this line")
    return refused


def _send_singly(delivery: Delivery, answers: Answers, chunk: pl.DataFrame) -> None:
    """Send the lines of a refused atomic call one by one, each after a look-up."""
    keys = sorted(answers.unanswered)
    for key, objects in _posted(delivery, keys).items():
        answers.found(key, objects)
    for key in sorted(answers.unanswered):
        _send(delivery, answers, chunk.filter(pl.col("posting_key") == key))


def _doubt(answers: Answers, rest: pl.DataFrame, message: str) -> None:
    """Mark the lines of a call that got no answer as in doubt."""
    sent = set(rest["posting_key"])
    for key in sorted(answers.unanswered):
        if key in sent:
            answers.add(LineResult(key, "unknown", None, "IN_DOUBT", message))


def _posted(delivery: Delivery, keys: Sequence[str]) -> dict[str, list[Found]]:
    """The keys that stand in the ERP's books now; a draft does not count."""
    found = delivery.look_up(keys)
    return {
        key: [item for item in found[key] if item.state == "posted"]
        for key in keys
        if any(item.state == "posted" for item in found.get(key, []))
    }
