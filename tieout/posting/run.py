"""The posting protocol at one target: finish what is open, gate, plan, seal, send, prove.

Here: the call that does it, under one lock per target. Not here: the steps
(`tieout.posting.steps`), the ERPs (`delivery`) and the gate (`expectations`, handed in as a
callable).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from filelock import FileLock, Timeout

from tieout.domain.control_totals import ControlTotals
from tieout.domain.errors import EXIT_UNREACHABLE, OutcomeUnknown, SystemUnreachable, TieoutError
from tieout.domain.period import Period
from tieout.domain.progress import Progress
from tieout.posting.batch import Gate
from tieout.posting.candidates import Group
from tieout.posting.delivery.base import Delivery
from tieout.posting.ledger import Ledger
from tieout.posting.payload import conform, totals_of
from tieout.posting.prove import prove
from tieout.posting.report import PostingReport
from tieout.posting.send import Session
from tieout.posting.steps import Step, groups_of, take
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
    candidates: pl.DataFrame,
    ledger: Ledger,
    home: HomeLike,
    delivery: Delivery,
    writer: Writer,
    gate: Gate,
    period: Period,
    now: datetime,
    progress: Progress,
    release: bool = True,
    *,
    totals: Mapping[Group, ControlTotals] | None = None,
    policies: Mapping[str, str] | None = None,
    actor: str = "tieout",
    plan_only: bool = False,
    finish_only: bool = False,
    lock_wait_seconds: float = LOCK_WAIT_SECONDS,
) -> PostingReport:
    """Post the candidates of one target and period, safely repeatable at any point.

    Args:
        firm: The firm.
        target: System id of the ERP.
        candidates: Rows of the posting contract for this target. Rows of other periods are not
            posted, but let open batches of those periods be finished.
        ledger: The posting ledger.
        home: Where outbox and locks are.
        delivery: Adapter of the ERP.
        writer: Writer of its import files.
        gate: `gate(stream, rows, control totals, policies) -> Verdict`.
        period: Work period to post.
        now: The run's clock, UTC.
        progress: Where progress is shown.
        release: False seals the batches and sends nothing; a later run sends them.
        totals: Control totals per group from SQL; from the rows themselves when omitted.
        policies: Settings of the gate; the firm's policies when omitted. `as_of_date` is added.
        actor: Who posts; sealed into the manifest.
        plan_only: Decide and report, change nothing anywhere.
        finish_only: Finish open batches and plan nothing new. The candidates are needed all the
            same: a sealed line that is no candidate any more is withdrawn, not sent.
        lock_wait_seconds: How long to wait for another run at the same target.

    Returns:
        The report. When the ERP could not be reached it says so in `interrupted_by`: everything
        done so far is recorded and running again is safe.

    Raises:
        ContractError: The candidates do not have the contract's shape; nothing was changed.
        PostingBusy: Another run posts to this target.
    """
    frame = conform(candidates.filter(pl.col("target") == target))
    report = PostingReport(target, period.id)
    report.candidates = frame.filter(pl.col("period_id") == period.id).height
    if totals is None:
        totals = {group: totals_of(rows) for group, rows in groups_of(frame).items()}
    with _one_at_a_time(home, target, lock_wait_seconds):
        try:
            with progress.stage(f"post to {target}", total=report.candidates) as stage:
                session = Session(ledger, delivery, now, report, stage)
                step = Step(
                    firm_id=firm.id, outbox=home.outbox, writer=writer, gate=gate,
                    policies=_settings(firm, policies, now), period=period, actor=actor, release=release,
                    session=session, candidates=frame, totals=totals,
                )  # fmt: skip
                take(step, plan_only=plan_only, finish_only=finish_only)
            if release and not plan_only:
                with progress.stage(f"read back from {target}") as stage:
                    prove(Session(ledger, delivery, now, report, stage))
        except (SystemUnreachable, OutcomeUnknown) as problem:
            report.interrupted_by = problem
        if not plan_only:
            _count_open(ledger, report)
    return report


def _settings(firm: FirmLike, policies: Mapping[str, str] | None, now: datetime) -> dict[str, str]:
    """The gate's settings as text, and the day of the run."""
    chosen = firm.policies.model_dump() if policies is None else policies
    return {name: str(value) for name, value in chosen.items()} | {
        "as_of_date": now.date().isoformat()
    }


def _count_open(ledger: Ledger, report: PostingReport) -> None:
    """Say how many lines of the target are still open."""
    for batch in ledger.unfinished(report.target):
        fold = ledger.fold(batch)
        report.in_doubt += len(fold.in_state("sending"))
        report.waiting += len(fold.in_state("planned", "sealed"))


@contextmanager
def _one_at_a_time(home: HomeLike, target: str, wait_seconds: float) -> Iterator[None]:
    """Hold the target's posting lock; the kernel drops it when the process dies."""
    lock = FileLock(str(home.ledger.with_name(f"{target}.posting.lock")))
    try:
        with lock.acquire(timeout=wait_seconds):
            yield
    except Timeout:
        raise PostingBusy(
            f"{target}: another run is posting there for more than {wait_seconds:.0f} s\n"
            "  fix: wait for it to end, then run the same command again"
        ) from None
