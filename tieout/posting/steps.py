"""The steps of the posting protocol, in the order in which one target goes through them.

Here: finish what is open, plan what is new, seal, send. Not here: the lock, the report's caller and
the proof (`tieout.posting.run`), deciding and planning (`tieout.posting.planning`), and the inside
of each step (`seal`, `send`, `doubt`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tieout.posting import faultpoints
from tieout.posting.batch import Decision
from tieout.posting.books import is_bulk
from tieout.posting.bulk import PARTLY_WITHDRAWN, resolve_submission, submit_batch
from tieout.posting.doubt import resolve
from tieout.posting.ledger import GENESIS
from tieout.posting.ledger_records import StoredBatch
from tieout.posting.outbox import folder_of, set_aside
from tieout.posting.oversight import must_wait
from tieout.posting.pairs import unpostable_pairs
from tieout.posting.planning import Step, count_decision, decisions, plan
from tieout.posting.pool import Part, whole
from tieout.posting.reversals import unheeded
from tieout.posting.seal import SealBroken, import_files, open_sealed, seal_batch
from tieout.posting.send import send_lines

ROUNDS_MAX = 3
"""Send, resolve and send again, resolve: then a doubt waits for the next run."""

_JUDGED = ("posting_key", "payload_sha256", "entry_id", "leg", "amount", "currency_code")
NEVER_SEALED = "never sealed: the run that planned it stopped"
NO_CANDIDATE = "withdrawn: no candidate any more in this form"
SEAL_BROKEN = "the sealed files were changed; planned again from the entries"


def take(step: Step) -> list[Decision]:
    """Take all steps, open batches first, reversals before postings.

    Returns:
        The decisions about which nothing was done.

    Raises:
        SystemUnreachable: The ERP stopped answering; everything known is stored.
    """
    session, undone = step.session, list[Decision]()
    if not step.plan_only:
        for batch in step.scope.chosen(session.ledger.unfinished(session.report.target)):
            _finish(step, batch)
    if step.finish_only:
        return undone
    session.report.problems += unheeded(session.ledger, session.report.target, step.pool.reversals)
    left_out = unpostable_pairs(step)
    session.report.behind += left_out.height
    for takes_back in (True, False):
        for parts in step.pool.groups(step.period.id, takes_back=takes_back):
            if step.plan_only:
                undone += _foreseen(step, parts, left_out)
            else:
                _take_group(step, parts, left_out)
    return undone


def _foreseen(step: Step, parts: Sequence[Part], left_out: pl.DataFrame) -> list[Decision]:
    """What would become of a group; told of all its lines together, as a person thinks of it."""
    found = [decision for decision, _ in decisions(step, [whole(parts)], left_out)]
    for decision in found:
        count_decision(step.session, decision)
    return found


def _take_group(step: Step, parts: Sequence[Part], left_out: pl.DataFrame) -> None:
    """Plan and seal every batch of a group, then send one after the other.

    All of them are sealed before any is sent: whether a second person must release them is asked
    about all of them together.
    """
    sealed: list[StoredBatch] = []
    for decision, payloads in decisions(step, parts, left_out):
        count_decision(step.session, decision)
        if not decision.is_news:
            continue
        batch = plan(step, decision, payloads, sealed[0] if sealed else None)
        if decision.released.height:
            _seal(step, batch, decision.released)
            sealed.append(batch)
    for batch in sealed:
        _finish(step, batch)


def _seal(step: Step, batch: StoredBatch, lines: pl.DataFrame) -> None:
    """Write and record the sealed files of a planned batch."""
    ledger = step.session.ledger
    chain, now = ledger.seals(batch.target, newest_only=True), step.session.now
    previous = chain[-1].manifest_sha256 if chain else GENESIS
    members = step.members_of(lines)
    seal = seal_batch(step.outbox, batch, lines, step.writer, previous, now, members)
    ledger.seal(batch, seal, now)
    step.session.report.sealed += lines.height
    faultpoints.reach("after_seal_recorded")


def _finish(step: Step, batch: StoredBatch) -> None:
    """Bring a batch as far as it goes now: doubts first, then what was never sent."""
    session = step.session
    if batch.batch_id not in session.report.batches:
        session.report.batches.append(batch.batch_id)
    lines = session.ledger.lines(batch, _JUDGED)
    _void_unsealed(step, batch)
    for round_number in range(1, ROUNDS_MAX + 1):
        todo = _to_send(step, batch, lines)
        if not todo or not step.release or round_number == ROUNDS_MAX:
            break
        if must_wait(session, batch, lines, step.limits):
            break
        sealed = _open(step, batch, todo)
        if sealed is None:
            break
        if is_bulk(session.delivery):
            files = import_files(folder_of(step.outbox, batch))
            submit_batch(session, session.delivery, batch, sealed, files)
        else:
            send_lines(session, session.delivery, batch, sealed, todo)
    if not session.ledger.fold(batch).open_lines:
        faultpoints.reach("after_batch_finished")


def _to_send(step: Step, batch: StoredBatch, lines: pl.DataFrame) -> list[int]:
    """Resolve the doubts of a batch; what must be sent, again or for the first time."""
    session = step.session
    if not is_bulk(session.delivery):
        resend = resolve(session, session.delivery, batch, lines, step.eligible)
        return sorted(resend + _sendable(step, batch, lines))
    again = resolve_submission(session, session.delivery, batch, lines, step.eligible)
    sealed = _sendable(step, batch, lines)
    fold = session.ledger.fold(batch)
    if sealed and len(sealed) < batch.line_count:
        # the files hold every line of the batch: without some of them they must not go out
        session.withdraw(batch, fold.numbers("sealed"), PARTLY_WITHDRAWN)
        return []
    return fold.in_state("sending") if again else sealed


def _open(step: Step, batch: StoredBatch, todo: list[int]) -> pl.DataFrame | None:
    """The sealed lines of a batch; None when its seal is broken, then the lines are void."""
    session = step.session
    try:
        (seal,) = session.ledger.seals(batch.target, batch_no=batch.batch_no)
        return open_sealed(step.outbox, batch, seal)
    except SealBroken as problem:
        session.report.problems.append(str(problem))
        session.withdraw(batch, pl.Series(todo, dtype=pl.Int64), SEAL_BROKEN)
        return None


def _void_unsealed(step: Step, batch: StoredBatch) -> None:
    """Give up lines that were planned but not sealed: nobody outside has seen them."""
    planned = step.session.ledger.fold(batch).numbers("planned")
    if planned.len():
        set_aside(folder_of(step.outbox, batch))
        step.session.withdraw(batch, planned, NEVER_SEALED)


def _sendable(step: Step, batch: StoredBatch, lines: pl.DataFrame) -> list[int]:
    """Sealed lines that may be sent; those that are no candidates any more become void."""
    session = step.session
    sealed = lines[session.ledger.fold(batch).numbers("sealed")]
    if sealed.is_empty():
        return []
    gone = step.eligible.is_withdrawn(batch, sealed)
    session.withdraw(batch, sealed.filter(gone)["seq"], NO_CANDIDATE)
    return sealed.filter(~gone & step.eligible.may_send(sealed))["seq"].to_list()
