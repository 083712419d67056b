"""postings/<target>: gate, plan, seal, send, acknowledge, prove.

The protocol is `tieout.posting.run`; the gate runs inside it on the exact rows that are sealed.
What follows from posting is `assets.readback`; the gate's verdict for people is `assets.gates`.
"""

from collections.abc import Collection
from decimal import Decimal

import dagster as dg

from assets import keys
from assets.graph import GraphSystem, graph_systems
from assets.operations import note_posting, replay_scope
from assets.options import PostingOptions
from assets.partitions import ONE_RUN, PERIODS
from assets.session import CloseSession, open_ledger, operator_errors, periods_of, progress_of
from expectations.gate import run_gate
from pipelines.registry import vendor
from tieout.domain.period import Period
from tieout.posting.audit import actor_name
from tieout.posting.corrections import Corrections
from tieout.posting.gathering import candidates_folder, gather
from tieout.posting.planned import PlanRow
from tieout.posting.registry import delivery_for, writer_of
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target

PLANS: dict[str, list[PlanRow]] = {}
"""Run id -> what its dry run would do, with cost: for the prompt that started this process."""

MEMBERS = "pst_line_members"
STREAMS = {"time": "pst_time_postings", "expense": "pst_expense_postings"}


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
    with operator_errors(), candidates_folder(session.home.outbox) as folder:
        with session.warehouse.reading() as connection:
            found = gather(connection, target, folder)
        only_finish = options.replay_only and not options.release_reason
        clock = session.clock(context.run_id)
        ledger = open_ledger(session.home)
        try:
            scope = replay_scope(ledger, target, options, last, clock)
            reports = [
                post_target(
                    firm, target, found.pool, ledger,
                    session.home, delivery_for(system, connect(system)),
                    writer_of(system), run_gate, period,
                    clock, progress_of(context),
                    totals=found.totals,
                    policies={k: str(v) for k, v in firm.policies.model_dump().items()},
                    plan_only=options.plan_only, finish_only=only_finish,
                    actor=actor_name(options.actor), scope=scope,
                    limits={k: Decimal(v) for k, v in firm.policies.release_limit.items()},
                )
                for period in work_periods(frozenset() if only_finish else found.pool.periods, last)
            ]  # fmt: skip
            note_posting(ledger, reports, options, clock)
            return reports
        finally:
            ledger.close()


def work_periods(found: Collection[str], last: Period) -> list[Period]:
    """Work periods with candidates up to the run's last one, oldest first, and always that one."""
    ids = {period for period in found if period <= last.id} | {str(last)}
    return [Period(period) for period in sorted(ids)]


def plan_rows(reports: list[PostingReport]) -> list[PlanRow]:
    """The plan of all periods; an open batch is told once, by the period that judged it."""
    visited = {report.period_id for report in reports}
    return [
        row
        for report in reports
        for row in report.plan
        if row.period_id == report.period_id
        or (row.period_id not in visited and report is reports[-1])
    ]


def report_metadata(reports: list[PostingReport]) -> dict[str, dg.MetadataValue | int | str]:
    """Figures of the posting step for the UI and the command line."""
    fields = (
        "candidates", "planned", "held", "accepted", "already_there", "rejected", "in_doubt",
        "waiting", "behind", "stuck", "withdrawn", "dead", "proven", "unproven",
    )  # fmt: skip
    figures = {name: sum(getattr(report, name) for report in reports) for name in fields}
    corrections = Corrections()
    for report in reports:
        for found in report.corrections:
            corrections.include(found)
    batches = [batch for report in reports for batch in report.batches]
    # what is true of the target as a whole, every period tells
    problems = dict.fromkeys(problem for report in reports for problem in report.problems)
    awaiting = dict.fromkeys(batch for report in reports for batch in report.awaiting)
    # no cost here: run metadata is read by more people than may see it
    plan = [{k: v for k, v in row.as_row().items() if k != "cost"} for row in plan_rows(reports)]
    return {
        **figures,
        **({"plan": dg.MetadataValue.json(plan)} if plan else {}),
        "awaiting_release": ", ".join(awaiting) or "none",
        "batches": ", ".join(batches) or "none",
        "corrections": "\n".join(str(found) for found in corrections) or "none",
        "problems": "; ".join(problems) or "none",
        "exit_code": max((report.exit_code for report in reports), default=0),
    }


def _posting_asset(system: GraphSystem) -> dg.AssetsDefinition:
    @dg.asset(
        name=system.id,
        key_prefix="postings",
        deps=[keys.model_key("posting", model) for model in (*STREAMS.values(), MEMBERS)],
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
        PLANS.setdefault(context.run_id, []).extend(plan_rows(reports))
        interrupted = [r.interrupted_by for r in reports if r.interrupted_by]
        if interrupted:
            with operator_errors():
                raise interrupted[0]
        return dg.MaterializeResult(metadata=report_metadata(reports))

    return posting


def posting_assets() -> list[dg.AssetsDefinition]:
    """One step per target."""
    return [_posting_asset(system) for system in target_systems()]
