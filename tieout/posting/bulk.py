"""Handing over whole batches: submit once, ask later, take every line's answer.

Here: ERPs that take a file or a job and answer when they are done. Not here: ERPs that answer each
line at once (`tieout.posting.send`), and the proof (`tieout.posting.prove`).

A submission has the batch's id, which the ERP sees. After any crash the ERP is asked about that
id before anything is handed over again, and handing over again is allowed only when the ERP never
got it: an import job that was accepted may commit long after a look-up said "not there".
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import polars as pl

from tieout.domain.errors import OutcomeUnknown
from tieout.posting import faultpoints
from tieout.posting.delivery.base import RESULT_COLUMNS, BulkDelivery, Collected, Submission
from tieout.posting.doubt import judge_absent, record, wait_until_settled
from tieout.posting.eligible import Eligible
from tieout.posting.ledger_records import Move, StoredBatch, runs_of
from tieout.posting.send import FOUND_BY_LOOK_UP, MESSAGE_LENGTH_MAX, Session

POLLS = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
NO_ANSWER_YET = "handed over; the ERP has not answered yet"
NOT_TAKEN = "the ERP finished the submission without this line"
PARTLY_WITHDRAWN = "withdrawn: its file holds lines that may not be sent any more"
FOREIGN_ID = "withdrawn: the ERP has another batch under this id"
STATES = {"accepted": "acked", "already_there": "acked", "rejected": "rejected"}


def submit_batch(
    session: Session,
    delivery: BulkDelivery,
    batch: StoredBatch,
    sealed: pl.DataFrame,
    files: Mapping[str, bytes],
) -> None:
    """Hand over a sealed batch and take what the ERP answers within its time.

    Args:
        session: The step.
        delivery: The adapter.
        batch: The batch; all its lines are `sealed`, or `sending` and proved absent.
        sealed: Its sealed lines; the row number is the line number.
        files: Its sealed import files.

    Raises:
        SystemUnreachable: The ERP stopped answering; everything known is stored.
    """
    fold = session.ledger.fold(batch)
    todo = fold.numbers("sealed", "sending")
    if not fold.in_state("sending") and delivery.collect(batch.batch_id).answer != "absent":
        _withdraw_foreign(session, batch, todo)
        return
    moves = [Move(first, last, "sending") for first, last in runs_of(todo.to_frame())]
    faultpoints.reach("after_look_up")
    session.ledger.submit(batch, batch.batch_id, moves, session.now)
    faultpoints.reach("after_mark_sending")
    try:
        delivery.submit(Submission(batch.batch_id, sealed, dict(files)))
    except OutcomeUnknown as problem:
        told = str(problem)[:MESSAGE_LENGTH_MAX]
        doubts = [Move(move.first, move.last, "sending", "IN_DOUBT", told) for move in moves]
        session.ledger.move(batch, doubts, session.now)
        session.note(told)
    faultpoints.reach("after_send_before_ack")
    take_answer(session, delivery, batch, sealed["posting_key"])


def _withdraw_foreign(session: Session, batch: StoredBatch, todo: pl.Series) -> None:
    """Give up a batch under whose id the ERP has another one; its lines are planned again."""
    session.withdraw(batch, todo, FOREIGN_ID)
    session.report.problems.append(
        f"{batch.batch_id}: {batch.target} has another batch of this id, which this ledger does not"
        " know: it was restored from a copy\n  fix: run again; it is planned under the next id"
    )


def resolve_submission(
    session: Session,
    delivery: BulkDelivery,
    batch: StoredBatch,
    lines: pl.DataFrame,
    eligible: Eligible,
) -> bool:
    """Ask about a batch that was handed over, or perhaps was; True when it must go again.

    Raises:
        SystemUnreachable: The ERP cannot be asked; the lines stay in doubt.
    """
    fold = session.ledger.fold(batch)
    if not fold.in_state("sending"):
        return False
    faultpoints.reach("before_resolve")
    keys = lines["posting_key"]
    collected = take_answer(session, delivery, batch, keys)
    if collected.answer == "absent" and wait_until_settled(session):
        collected = take_answer(session, delivery, batch, keys)
    if collected.answer != "absent":
        return False
    fold = session.ledger.fold(batch)
    held = _found(delivery, keys.gather(fold.in_state("sending")).to_list())
    _store(session, batch, keys, held)
    absent = session.ledger.fold(batch).in_state("sending")
    resend, moves = judge_absent(batch, fold, lines, absent, [], eligible)
    goes_again = len(resend) == batch.line_count
    if not goes_again:
        # the files hold every line: one that was withdrawn, or is in the books, must not go along
        moves += [Move(seq, seq, "void", None, PARTLY_WITHDRAWN) for seq in resend]
    record(session, batch, moves)
    return goes_again


def take_answer(
    session: Session, delivery: BulkDelivery, batch: StoredBatch, keys: pl.Series
) -> Collected:
    """Collect the answer to a submission, as long as the adapter's time for it allows."""
    patience = delivery.capabilities.answer_seconds
    waited = 0.0
    collected = delivery.collect(batch.batch_id)
    for pause, longer in pairwise(POLLS):
        if collected.answer != "pending" or waited >= patience:
            break
        step = min(longer, patience - waited)
        session.note(f"{batch.batch_id}: waiting for the ERP's answer")
        session.sleep(max(step, pause))
        waited += step
        collected = delivery.collect(batch.batch_id)
    faultpoints.reach("after_resolve_look_up")
    if collected.answer == "done":
        _store(session, batch, keys, collected.results)
        _store_purged(session, delivery, batch, keys, collected)
    elif collected.answer == "pending":
        _store(session, batch, keys, collected.results)
        _note_waiting(session, batch)
    return collected


def _store(session: Session, batch: StoredBatch, keys: pl.Series, results: pl.DataFrame) -> None:
    """Store what is known about lines that are open; what has ended stays as it is."""
    open_lines = session.ledger.fold(batch).numbers("sending")
    known = (
        pl.DataFrame({"seq": open_lines, "posting_key": keys.gather(open_lines)})
        .join(results.select(list(RESULT_COLUMNS)), on="posting_key", how="inner")
        .filter(pl.col("outcome").is_in(list(STATES)))
        .unique("seq", keep="first", maintain_order=True)
        .with_columns(
            pl.col("outcome").replace_strict(STATES, return_dtype=pl.String).alias("state"),
            pl.col("message").str.head(MESSAGE_LENGTH_MAX),
        )
        .with_columns(
            pl.when(pl.col("state") == "rejected")
            .then(pl.col("reason_code").fill_null("REJECTED"))
            .alias("reason_code")
        )
        .sort("seq")
    )
    if known.is_empty():
        return
    moves = [Move(*run) for run in runs_of(known, "state", "reason_code", "message")]
    named = known.filter((pl.col("state") == "acked") & pl.col("erp_id").is_not_null())
    session.ledger.move(batch, moves, session.now, named.select("seq", "erp_id"))
    _count(session, known)
    faultpoints.reach("after_ack_recorded")


def _store_purged(
    session: Session,
    delivery: BulkDelivery,
    batch: StoredBatch,
    keys: pl.Series,
    collected: Collected,
) -> None:
    """Lines that a finished submission does not mention are there, or were refused silently."""
    silent = session.ledger.fold(batch).in_state("sending")
    if not silent:
        return
    _store(session, batch, keys, _found(delivery, keys.gather(silent).to_list()))
    refused = session.ledger.fold(batch).in_state("sending")
    results = pl.DataFrame({"posting_key": keys.gather(refused)}).with_columns(
        pl.lit("rejected").alias("outcome"),
        pl.lit(None, dtype=pl.String).alias("erp_id"),
        pl.lit("REJECTED").alias("reason_code"),
        pl.lit(collected.message or NOT_TAKEN).alias("message"),
    )
    _store(session, batch, keys, results)


def _found(delivery: BulkDelivery, keys: list[str]) -> pl.DataFrame:
    """What the ERP holds in its books under some keys, as results."""
    held = delivery.look_up(keys)
    return (
        held.filter(pl.col("state") == "posted")
        .unique("posting_key", keep="first", maintain_order=True)
        .select(
            "posting_key",
            pl.lit("already_there").alias("outcome"),
            "erp_id",
            pl.lit(None, dtype=pl.String).alias("reason_code"),
            pl.lit(FOUND_BY_LOOK_UP).alias("message"),
        )
    )


def _note_waiting(session: Session, batch: StoredBatch) -> None:
    """Say once in the ledger that the answer is still to come."""
    fold = session.ledger.fold(batch)
    unsaid = [
        seq
        for seq in fold.in_state("sending")
        if (newest := fold.newest(seq)) is None or newest.move.message != NO_ANSWER_YET
    ]
    waiting = pl.DataFrame({"seq": unsaid}, schema={"seq": pl.Int64})
    moves = [
        Move(first, last, "sending", "IN_DOUBT", NO_ANSWER_YET) for first, last in runs_of(waiting)
    ]
    if moves:
        session.ledger.move(batch, moves, session.now)


def _count(session: Session, known: pl.DataFrame) -> None:
    report, outcomes = session.report, known["outcome"]
    report.accepted += int((outcomes == "accepted").sum())
    report.already_there += int((outcomes == "already_there").sum())
    report.rejected += int((outcomes == "rejected").sum())
    session.advance(known.height)
