"""The steps of the posting protocol, in the order in which one target goes through them.

Here: finish what is open, decide, plan, seal, send. Not here: the lock and the proof (`run`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tieout.domain.control_totals import ZERO, ControlTotals
from tieout.domain.period import Period
from tieout.posting import faultpoints
from tieout.posting.batch import Decision, Gate, decide
from tieout.posting.books import is_bulk
from tieout.posting.bulk import resolve_submission, submit_batch
from tieout.posting.candidates import Group, groups_of
from tieout.posting.doubt import resolve
from tieout.posting.eligible import Eligible
from tieout.posting.ledger import GENESIS
from tieout.posting.ledger_records import Move, NewBatch, StoredBatch, runs_of
from tieout.posting.oversight import Limits, must_wait, voided_lines
from tieout.posting.payload import payload_hashes, totals_of
from tieout.posting.scope import EVERYTHING, Scope
from tieout.posting.seal import (
    SealBroken,
    folder_of,
    import_files,
    open_sealed,
    seal_batch,
    set_aside,
)
from tieout.posting.send import Session, send_lines
from tieout.posting.writers.base import Writer

ROUNDS_MAX = 3
"""Send, resolve and send again, resolve: then a doubt waits for the next run."""

NEVER_SEALED = "never sealed: the run that planned it stopped"
NO_CANDIDATE = "withdrawn: no candidate any more in this form"
PARTLY_WITHDRAWN = "withdrawn: other lines of the same file are no candidates any more"
SEAL_BROKEN = "the sealed files were changed; planned again from the entries"


@dataclass(slots=True)
class Step:
    """Everything one posting step works with; see `tieout.posting.run.post_target`."""

    firm_id: str
    outbox: Path
    writer: Writer
    gate: Gate
    policies: Mapping[str, str]
    period: Period
    actor: str
    release: bool
    session: Session
    candidates: pl.DataFrame
    totals: Mapping[Group, ControlTotals] | None
    plan_only: bool = False
    finish_only: bool = False
    limits: Limits = field(default_factory=dict)
    scope: Scope = EVERYTHING
    eligible: Eligible = field(init=False)
    payloads: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        hashes = payload_hashes(self.candidates)
        keys: list[str] = self.candidates["posting_key"].to_list()
        self.payloads = dict(zip(keys, hashes, strict=True))
        voided = voided_lines(self.session.ledger)
        self.eligible = Eligible.of(keys, hashes, frozenset({self.period.id}), voided)


def take(step: Step) -> list[Decision]:
    """Take all steps, open batches first; return the decisions about which nothing was done.

    Raises:
        SystemUnreachable: The ERP stopped answering; everything known is stored.
    """
    session, undone = step.session, list[Decision]()
    if not step.plan_only:
        for batch in step.scope.chosen(session.ledger.unfinished(session.report.target)):
            _finish(step, batch)
    for decision in () if step.finish_only else _decisions(step):
        _count(session, decision)
        if step.plan_only or not decision.is_news:
            undone.append(decision)
            continue
        batch = _plan(step, decision)
        if decision.released.height:
            _seal(step, batch, decision.released)
            _finish(step, batch)
    return undone


def _decisions(step: Step) -> Iterator[Decision]:
    """Decide group by group: one batch per stream and legal entity."""
    for group, rows in groups_of(step.candidates).items():
        if group[0] == step.period.id:
            keys = rows["posting_key"].drop_nulls().to_list()
            known = step.session.ledger.known(keys)
            rivals = step.session.ledger.rivals(keys)
            expected = (
                totals_of(rows)
                if step.totals is None
                else step.totals.get(group, ControlTotals(0, ZERO))
            )
            yield decide(
                group, rows, step.payloads, known, expected, step.gate, step.policies,
                step.scope.left_out(rows["posting_key"]), rivals,
            )  # fmt: skip


def _plan(step: Step, decision: Decision) -> StoredBatch:
    """Store the batch: what is released is planned, what is held is void with its reason."""
    faultpoints.reach("before_plan")
    lines = pl.concat([decision.released, decision.held])
    counted = decision.released if decision.released.height else decision.held
    period_id, stream, entity = decision.group
    batch = step.session.ledger.plan(
        NewBatch(
            firm_id=step.firm_id,
            target=step.session.report.target,
            stream=stream,
            legal_entity_id=entity,
            period_id=period_id,
            actor=step.actor,
            totals=totals_of(counted),
            verdict=decision.verdict,
            quarantined=decision.held_count,
            created_at=step.session.now,
        ),
        lines,
        [step.payloads[key] for key in lines["posting_key"].to_list()],
        decision.reasons,
    )
    step.session.report.batches.append(batch.batch_id)
    faultpoints.reach("after_plan")
    return batch


def _seal(step: Step, batch: StoredBatch, lines: pl.DataFrame) -> None:
    """Write and record the sealed files of a planned batch."""
    ledger = step.session.ledger
    chain, now = ledger.seals(batch.target, newest_only=True), step.session.now
    previous = chain[-1].manifest_sha256 if chain else GENESIS
    seal = seal_batch(step.outbox, batch, lines, step.writer, previous, now)
    ledger.seal(batch, seal, now)
    step.session.report.sealed += lines.height
    faultpoints.reach("after_seal_recorded")


def _finish(step: Step, batch: StoredBatch) -> None:
    """Bring a batch as far as it goes now: doubts first, then what was never sent."""
    session = step.session
    if batch.batch_id not in session.report.batches:
        session.report.batches.append(batch.batch_id)
    lines = session.ledger.lines(batch)
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
        _void(session, batch, fold.in_state("sealed"), PARTLY_WITHDRAWN)
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
        _void(session, batch, todo, SEAL_BROKEN)
        return None


def _void_unsealed(step: Step, batch: StoredBatch) -> None:
    """Give up lines that were planned but not sealed: nobody outside has seen them."""
    planned = step.session.ledger.fold(batch).in_state("planned")
    if planned:
        set_aside(folder_of(step.outbox, batch))
        _void(step.session, batch, planned, NEVER_SEALED)


def _sendable(step: Step, batch: StoredBatch, lines: pl.DataFrame) -> list[int]:
    """Sealed lines that may be sent; those that are no candidates any more become void."""
    session = step.session
    sealed = lines[session.ledger.fold(batch).in_state("sealed")]
    if sealed.is_empty():
        return []
    gone = step.eligible.is_withdrawn(batch, sealed)
    _void(session, batch, sealed.filter(gone)["seq"].to_list(), NO_CANDIDATE)
    return sealed.filter(~gone & step.eligible.may_send(sealed))["seq"].to_list()


def _void(session: Session, batch: StoredBatch, seqs: list[int], message: str) -> None:
    """Withdraw lines that nobody outside has taken."""
    if seqs:
        frame = pl.DataFrame({"seq": seqs}, schema={"seq": pl.Int64})
        moves = [Move(first, last, "void", None, message) for first, last in runs_of(frame)]
        session.ledger.move(batch, moves, session.now)
        session.report.withdrawn += len(seqs)


def _count(session: Session, decision: Decision) -> None:
    """Add a decision to the report; what is wrong with a batch as a whole is told in words."""
    report = session.report
    report.planned += decision.released.height
    report.held += decision.held_count
    report.known += decision.known_count
    report.problems += decision.conflicts
    name = " ".join(part for part in decision.group if part)
    report.problems += [
        f"{name}: nothing released: {finding.rule}: {finding.detail}"
        for finding in decision.verdict.findings
        if finding.severity == "batch"
    ]
