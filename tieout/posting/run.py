"""The posting protocol at one target: finish what is open, gate, plan, seal, send, prove.

Here: the call that does it, under one lock per target. Not here: the steps
(`tieout.posting.steps`), the ERPs (`delivery`) and the gate (`expectations`, handed in as a
callable).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from filelock import FileLock, Timeout

from tieout.domain.clock import latest_day
from tieout.domain.control_totals import ControlTotals
from tieout.domain.errors import EXIT_UNREACHABLE, OutcomeUnknown, SystemUnreachable, TieoutError
from tieout.domain.period import Period
from tieout.domain.progress import Progress
from tieout.posting.batch import Decision, Gate
from tieout.posting.books import AnyDelivery
from tieout.posting.candidates import Group
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_turns import TurnTaken, turn
from tieout.posting.members import conform_members
from tieout.posting.outlook import foretell
from tieout.posting.oversight import Limits
from tieout.posting.payload import conform
from tieout.posting.planning import Step
from tieout.posting.pool import Pool
from tieout.posting.prove import prove
from tieout.posting.report import PostingReport
from tieout.posting.scope import EVERYTHING, Scope
from tieout.posting.send import Session
from tieout.posting.steps import take
from tieout.posting.writers.base import Writer

LOCK_WAIT_SECONDS = 60.0


class PostingBusy(TieoutError):  # noqa: N818 - named for what happened
    """Another run is posting to the same target."""

    exit_code = EXIT_UNREACHABLE


class PoliciesLike(Protocol):
    """The firm's policies."""

    def model_dump(self) -> dict[str, Any]:
        """Name -> value."""
        ...


class FirmLike(Protocol):
    """What posting needs to know about a firm (`tieout.config.Firm` has it)."""

    @property
    def id(self) -> str:
        """First part of every posting key."""
        ...

    @property
    def policies(self) -> PoliciesLike:
        """Settings of the gate."""
        ...


class HomeLike(Protocol):
    """Where posting keeps its state."""

    @property
    def ledger(self) -> Path:
        """Path of the SQLite ledger; locks stand beside it."""
        ...

    @property
    def outbox(self) -> Path:
        """Folder of the sealed batches."""
        ...


def post_target(
    firm: FirmLike,
    target: str,
    candidates: pl.DataFrame | Pool,
    ledger: Ledger,
    home: HomeLike,
    delivery: AnyDelivery,
    writer: Writer,
    gate: Gate,
    period: Period,
    now: datetime,
    progress: Progress,
    release: bool = True,
    *,
    totals: Mapping[Group, ControlTotals] | None = None,
    members: pl.DataFrame | None = None,
    policies: Mapping[str, str] | None = None,
    actor: str = "tieout",
    plan_only: bool = False,
    finish_only: bool = False,
    limits: Limits | None = None,
    scope: Scope = EVERYTHING,
    lock_wait_seconds: float = LOCK_WAIT_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> PostingReport:
    """Post the candidates of one target and work period; safe to repeat after any stop.

    Args:
        firm, target, period: Whose lines go to which ERP, of which work period.
        candidates: Rows of the posting contract, or a pool of them. Rows of other periods are not
            posted, but let open batches of those periods be finished; reversals at other targets
            are waited for.
        ledger, home: The posting ledger; where the outbox and the lock are.
        delivery, writer: The ERP's adapter and the writer of its import files.
        gate: `gate(stream, rows, control totals, policies) -> Verdict`.
        now, progress: The run's clock, UTC; where progress is shown.
        release: False seals the batches and sends nothing; a later run sends them.
        totals, members: Control totals per group from SQL; the entries of lines of several.
        policies: Settings of the gate; the firm's policies when omitted.
        actor, plan_only: Who posts, sealed into the manifest; decide and report, change nothing.
        finish_only: Plan nothing new; what is sealed and no candidate any more is withdrawn.
        limits: Gross amounts above which a batch waits for a second person; none when omitted.
        scope: Which batches are finished and which keys are planned; everything when omitted.
        lock_wait_seconds, sleep: How long to wait for another run; how to wait at all.

    Raises:
        ContractError: The candidates do not have the contract's shape; nothing was changed.
        PostingBusy: Another run posts to this target.
    """
    pool = _pool_of(candidates, target, members)
    step = Step(
        firm_id=firm.id, outbox=home.outbox, writer=writer, gate=gate, period=period,
        actor=actor, release=release, policies=_settings(firm, policies, now),
        session=Session(ledger, delivery, now, PostingReport(target, period.id), sleep=sleep),
        pool=pool, totals=totals,
        plan_only=plan_only, finish_only=finish_only, limits=limits or {}, scope=scope,
    )  # fmt: skip
    with one_at_a_time(ledger, home, target, lock_wait_seconds):
        return _post(step, progress)


def _pool_of(candidates: pl.DataFrame | Pool, target: str, members: pl.DataFrame | None) -> Pool:
    """The candidates as a pool, which has its own members if it is one already."""
    if isinstance(candidates, Pool):
        return candidates
    return Pool.of(conform(candidates), target, conform_members(members))


def _post(step: Step, progress: Progress) -> PostingReport:
    """All steps, then the proof; an ERP that is not there ends them early and is reported."""
    session, report = step.session, step.session.report
    undone: list[Decision] = []
    report.candidates = step.pool.height(step.period.id)
    try:
        with progress.stage(f"post to {report.target}", total=report.candidates) as stage:
            session.stage = stage
            undone = take(step)
        if step.release and not step.plan_only:
            with progress.stage(f"read back from {report.target}") as stage:
                session.stage = stage
                prove(session)
    except (SystemUnreachable, OutcomeUnknown) as problem:
        report.interrupted_by = problem
    if not step.plan_only:
        _count_open(session)
    else:
        report.plan = foretell(session, undone, step.eligible, step.limits)
    return report


def _settings(firm: FirmLike, policies: Mapping[str, str] | None, now: datetime) -> dict[str, str]:
    """The gate's settings as text, and the day of the run."""
    chosen = firm.policies.model_dump() if policies is None else policies
    return {name: str(value) for name, value in chosen.items()} | {
        "as_of_date": latest_day(now).isoformat()
    }


def _count_open(session: Session) -> None:
    """Say how many lines of the target are still open."""
    for batch in session.ledger.unfinished(session.report.target):
        fold = session.ledger.fold(batch)
        session.report.in_doubt += len(fold.in_state("sending"))
        session.report.waiting += len(fold.in_state("planned", "sealed"))


@contextmanager
def one_at_a_time(
    ledger: Ledger, home: HomeLike, target: str, wait_seconds: float = LOCK_WAIT_SECONDS
) -> Iterator[None]:
    """Hold the target's posting lock; the kernel drops it when the process dies.

    Machines that share a ledger on PostgreSQL have lock files of their own: they take turns there.

    Raises:
        PostingBusy: Another run posts to this target.
    """
    lock = FileLock(str(home.ledger.with_name(f"{target}.posting.lock")))
    try:
        with lock.acquire(timeout=wait_seconds), turn(ledger.engine, target, wait_seconds):
            yield
    except (Timeout, TurnTaken):
        raise PostingBusy(
            f"{target}: another run is posting there for more than {wait_seconds:.0f} s\n"
            "  fix: wait for it to end, then run the same command again"
        ) from None
