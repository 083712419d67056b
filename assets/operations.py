"""What a person tells the posting ledger: replays within a posting step, and a job of its own.

`instruct_ledger` releases a waiting batch, makes lines void or proposes reversals: the same calls
as `tieout post release`, `void` and `reverse`. The rules are `tieout.posting.oversight` and
`tieout.posting.interventions`; posting itself is `assets.postings`.
"""

from datetime import datetime
from enum import Enum

import dagster as dg
from pydantic import Field

from assets.options import PostingOptions
from assets.session import CloseSession, open_ledger, operator_errors
from tieout.domain.period import Period, months_between
from tieout.posting.audit import Act, actor_name, login_name, note
from tieout.posting.instructions import instruct
from tieout.posting.interventions import replan
from tieout.posting.ledger import Ledger
from tieout.posting.report import PostingReport
from tieout.posting.scope import Scope
from tieout.posting.waiting import Wanted, waiting_lines


class Verb(Enum):
    """What `instruct_ledger` can do."""

    release = "release"
    void = "void"
    reverse = "reverse"


class Instruction(dg.Config):
    """One instruction of a person."""

    verb: Verb = Field(description="Release a waiting batch, void lines, or propose a reversal.")
    subject: str = Field(description="A batch id; for void and reverse also a posting key.")
    reason: str = Field(description="Why; kept in the ledger's journal.")
    actor: str = Field(
        default="", description="Who says so; empty: TIEOUT_ACTOR, else the login of the process."
    )


@dg.op(description="Record what a person decides about a batch or a line, with who and why.")
def ledger_instruction(
    context: dg.OpExecutionContext, config: Instruction, session: CloseSession
) -> str:
    """Carry out one instruction; what came of it stands in the run's log."""
    with operator_errors():
        act = Act.of(config.actor, config.reason, session.clock(context.run_id))
        ledger = open_ledger(session.home)
        try:
            told = instruct(ledger, session.home, config.verb.value, config.subject, act)
        finally:
            ledger.close()
    context.log.info(told)
    return told


@dg.job(
    description="Release a batch above the limit, make lines void, or propose their reversal.",
    tags={"dagster/max_retries": "0"},
    executor_def=dg.in_process_executor,
)
def instruct_ledger() -> None:
    """One instruction of a person to the posting ledger."""
    ledger_instruction()


def replay_scope(
    ledger: Ledger, target: str, options: PostingOptions, last: Period, clock: datetime
) -> Scope:
    """Which batches and lines the step is about; refused lines are let go again if asked for."""
    first = Period(options.first_period) if options.first_period else None
    periods = frozenset(month.id for month in months_between(first, last)) if first else frozenset()
    keys: frozenset[str] | None = None
    if options.release_reason:
        wanted = Wanted(target, tuple(options.release_states), options.batch_id, periods)
        found = waiting_lines(ledger, wanted)["posting_key"].to_list()
        if not options.plan_only:
            act = Act.of(options.actor, options.release_reason, clock)
            found = replan(ledger, found, act, options.batch_id or target)
        keys = frozenset(found) if options.replay_only else None
    return Scope(options.batch_id, periods, keys)


def note_posting(
    ledger: Ledger, reports: list[PostingReport], options: PostingOptions, clock: datetime
) -> None:
    """Write to the journal who posted, when the step did anything."""
    actor = actor_name(options.actor)
    for report in reports:
        if report.batches and not options.plan_only:
            reason = options.release_reason or ("replay" if options.replay_only else "post")
            act = Act(actor, reason, clock, login_name())
            note(ledger, act, "post", f"{report.target} {report.period_id}", {
                "batches": report.batches, "planned": report.planned, "held": report.held,
                "accepted": report.accepted, "already_there": report.already_there,
                "rejected": report.rejected, "withdrawn": report.withdrawn, "dead": report.dead,
                "awaiting_release": report.awaiting,
                "is_interrupted": report.interrupted_by is not None,
            })  # fmt: skip
