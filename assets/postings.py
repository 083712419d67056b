"""postings/<target>: gate, plan, seal, send, acknowledge, prove.

The protocol is `tieout.posting.run`; the gate runs inside it on the exact rows that are sealed.
What follows from posting is `assets.readback`; the gate's verdict for people is `assets.gates`.
"""

import getpass

import dagster as dg
import polars as pl

from assets import keys
from assets.graph import GraphSystem, graph_systems
from assets.partitions import ONE_RUN, PERIODS
from assets.session import CloseSession, open_ledger, operator_errors, periods_of, progress_of
from expectations.gate import run_gate
from pipelines.registry import vendor
from tieout.domain.period import Period
from tieout.posting.candidates import read_candidates
from tieout.posting.corrections import Corrections
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import posting_lines
from tieout.posting.registry import delivery_for, writer_for
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target

STREAMS = {"time": "pst_time_postings", "expense": "pst_expense_postings"}


class PostingOptions(dg.Config):
    """Options of the posting steps."""

    plan_only: bool = False
    replay_only: bool = False
    release_reason: str = ""


def target_systems() -> list[GraphSystem]:
    """The ERPs that postings are routed to."""
    return [system for system in graph_systems() if system.is_target]


def post(
    session: CloseSession,
    context: dg.AssetExecutionContext,
    target: str,
    options: PostingOptions,
) -> list[PostingReport]:
    """Post every work period up to the run's last one to one target, oldest first."""
    firm = session.firm()
    system = firm.system(target)
    last = periods_of(context)[-1]
    connect = vendor(system.vendor).session
    if connect is None:
        raise dg.Failure(f"{target}: nothing can be posted to a {system.vendor} system")
    with operator_errors():
        with session.warehouse.reading() as connection:
            found = read_candidates(connection, target)
        due = found.frame.filter(pl.col("period_id") <= last.id)
        if options.replay_only:
            due = due.clear()
        ledger = open_ledger(session.home)
        try:
            if options.release_reason:
                release_refused(ledger, target, options.release_reason, session, context.run_id)
            return [
                post_target(
                    firm, target, found.frame, ledger,
                    session.home, delivery_for(system, connect(system)),
                    writer_for(system.vendor), run_gate, period,
                    session.clock(context.run_id), progress_of(context),
                    totals=found.totals,
                    policies={k: str(v) for k, v in firm.policies.model_dump().items()},
                    plan_only=options.plan_only, finish_only=options.replay_only,
                )
                for period in work_periods(due, last)
            ]  # fmt: skip
        finally:
            ledger.close()


def release_refused(
    ledger: Ledger, target: str, reason: str, session: CloseSession, run_id: str
) -> int:
    """Let refused and dead lines of a target be planned again, with who and why on record."""
    lines = posting_lines(ledger).filter(
        (pl.col("target") == target) & pl.col("state").is_in(["rejected", "dead"])
    )
    return ledger.release(
        lines["posting_key"].to_list(), getpass.getuser(), reason, session.clock(run_id)
    )


def work_periods(due: pl.DataFrame, last: Period) -> list[Period]:
    """Work periods with candidates, oldest first, and always the run's own."""
    ids = {*due["period_id"].to_list(), str(last)}
    return [Period(period) for period in sorted(ids)]


def report_metadata(reports: list[PostingReport]) -> dict[str, dg.MetadataValue | int | str]:
    """Figures of the posting step for the UI and the command line."""
    fields = (
        "candidates", "planned", "held", "accepted", "already_there", "rejected", "in_doubt",
        "waiting", "behind", "withdrawn", "dead", "proven", "unproven",
    )  # fmt: skip
    figures = {name: sum(getattr(report, name) for report in reports) for name in fields}
    corrections = Corrections()
    for report in reports:
        for found in report.corrections:
            corrections.include(found)
    batches = [batch for report in reports for batch in report.batches]
    problems = [problem for report in reports for problem in report.problems]
    return {
        **figures,
        "batches": ", ".join(batches) or "none",
        "corrections": "\n".join(str(found) for found in corrections) or "none",
        "problems": "; ".join(problems) or "none",
        "exit_code": max((report.exit_code for report in reports), default=0),
    }


def _posting_asset(system: GraphSystem) -> dg.AssetsDefinition:
    @dg.asset(
        name=system.id,
        key_prefix="postings",
        deps=[keys.model_key("posting", model) for model in STREAMS.values()],
        group_name="postings",
        kinds={"erp", system.vendor},
        owners=keys.FINANCE,
        description=f"Lines posted to {system.id}: gated, sealed, sent once, acknowledged, proven.",
        partitions_def=PERIODS,
        backfill_policy=ONE_RUN,
        op_tags={"dagster/max_retries": "0"},
    )
    def posting(
        context: dg.AssetExecutionContext, config: PostingOptions, session: CloseSession
    ) -> dg.MaterializeResult:
        if not session.posts(context.run_id) and not config.plan_only:
            return dg.MaterializeResult(metadata={"skipped": "this run does not post"})
        reports = post(session, context, system.id, config)
        interrupted = [r.interrupted_by for r in reports if r.interrupted_by]
        if interrupted:
            with operator_errors():
                raise interrupted[0]
        return dg.MaterializeResult(metadata=report_metadata(reports))

    return posting


def posting_assets() -> list[dg.AssetsDefinition]:
    """One step per target."""
    return [_posting_asset(system) for system in target_systems()]
