"""postings/<target>: gate, plan, seal, send, acknowledge, prove; then the read-back.

The protocol is `tieout.posting.run`; the gate runs inside it on the exact rows that are sealed.
The check on the candidates here is for people: it shows the gate's verdict, it stops nothing.
"""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets import keys
from assets.graph import GraphSystem, graph_systems, tables_of
from assets.partitions import ONE_RUN, PERIODS
from assets.raw import counts_metadata, extract
from assets.session import CloseSession, operator_errors, periods_of, progress_of
from expectations.gate import run_gate
from pipelines.register import register_views
from pipelines.registry import vendor
from tieout.posting.candidates import read_candidates
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import export_ledger
from tieout.posting.registry import delivery_for, writer_for
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target
from tieout.warehouse.configuration import replace_table

STREAMS = {"time": "pst_time_postings", "expense": "pst_expense_postings"}
LEDGER_ASSETS = ("posting_lines", "posting_batches", "gate_findings")


class PostingOptions(dg.Config):
    """Options of the posting steps."""

    plan_only: bool = False
    replay_only: bool = False


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
        ledger = Ledger.at(session.home.ledger)
        try:
            return [
                post_target(
                    firm, target, found.frame if not options.replay_only else due, ledger,
                    session.home, delivery_for(system, connect(system)),
                    writer_for(system.vendor), run_gate, period,
                    session.clock(context.run_id), progress_of(context),
                    totals=found.totals if not options.replay_only else None,
                    policies={k: str(v) for k, v in firm.policies.model_dump().items()},
                    plan_only=options.plan_only,
                )
                for period in work_periods(due, last)
            ]  # fmt: skip
        finally:
            ledger.close()


def work_periods(due: pl.DataFrame, last: object) -> list:
    """Work periods with candidates, oldest first, and always the run's own."""
    from tieout.domain.period import Period  # noqa: PLC0415 - used here only

    ids = {*due["period_id"].to_list(), str(last)}
    return [Period(period) for period in sorted(ids)]


def report_metadata(reports: list[PostingReport]) -> dict[str, dg.MetadataValue | int | str]:
    """Figures of the posting step for the UI and the command line."""
    fields = (
        "candidates", "planned", "held", "accepted", "already_there", "rejected", "in_doubt",
        "waiting", "withdrawn", "dead", "proven", "unproven",
    )  # fmt: skip
    figures = {name: sum(getattr(report, name) for report in reports) for name in fields}
    batches = [batch for report in reports for batch in report.batches]
    problems = [problem for report in reports for problem in report.problems]
    return {
        **figures,
        "batches": ", ".join(batches) or "none",
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


def _readback_asset(system: GraphSystem) -> dg.AssetsDefinition:
    @dg.asset(
        name=system.id,
        key_prefix="readback",
        deps=[keys.posting_key(system.id)],
        group_name="postings",
        kinds={"dlt", "duckdb"},
        owners=keys.DATA_PLATFORM,
        description=f"{system.id} read again after posting: the ERP is the truth.",
        partitions_def=PERIODS,
        backfill_policy=ONE_RUN,
    )
    def readback(context: dg.AssetExecutionContext, session: CloseSession) -> dg.MaterializeResult:
        if not session.posts(context.run_id):
            return dg.MaterializeResult(metadata={"skipped": "this run does not post"})
        report = extract(session, context, system.id)
        landed = {
            table: counts_metadata(report, table)["landed"] for table in tables_of(system.vendor)
        }
        return dg.MaterializeResult(metadata={"landed": dg.MetadataValue.json(landed)})

    return readback


def ledger_assets() -> dg.AssetsDefinition:
    """The ledger's lines, batches and findings as tables, after the read-back."""
    upstream = [keys.readback_key(system.id) for system in target_systems()]
    specs = [
        dg.AssetSpec(
            keys.ops_key(table),
            deps=upstream,
            group_name="ops",
            kinds={"duckdb"},
            owners=keys.FINANCE,
            description=f"{table.replace('_', ' ').capitalize()} of the ledger.",
        )
        for table in LEDGER_ASSETS
    ]

    @dg.multi_asset(
        name="export_ledger", specs=specs, partitions_def=PERIODS, backfill_policy=ONE_RUN
    )
    def export_tables(session: CloseSession) -> Iterator[dg.MaterializeResult]:
        counts = store_ledger(session)
        for table in LEDGER_ASSETS:
            yield dg.MaterializeResult(
                asset_key=keys.ops_key(table), metadata={"dagster/row_count": counts[table]}
            )

    return export_tables


def store_ledger(session: CloseSession) -> dict[str, int]:
    """Write the ledger's tables into the warehouse, and the views of what was read back."""
    ledger = Ledger.at(session.home.ledger)
    try:
        frames = export_ledger(ledger)
    finally:
        ledger.close()
    firm = session.firm()
    with session.warehouse.writing() as connection:
        register_views(connection, firm)
        for table in LEDGER_ASSETS:
            replace_table(connection, table, frames[table])
    return {table: frames[table].height for table in LEDGER_ASSETS}


def posting_assets() -> list[dg.AssetsDefinition]:
    """Two steps per target, and the ledger's export."""
    steps = [
        build(system) for system in target_systems() for build in (_posting_asset, _readback_asset)
    ]
    return [*steps, ledger_assets()]


def gate_checks() -> list[dg.AssetChecksDefinition]:
    """The gate's verdict on each stream, for people."""
    return [_gate_check(stream, model) for stream, model in STREAMS.items()]


def _gate_check(stream: str, model: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=keys.model_key("posting", model),
        name="gate",
        description="The gate's verdict on the candidates; lines that fail are held back.",
    )
    def gate(context: dg.AssetCheckExecutionContext, session: CloseSession) -> dg.AssetCheckResult:
        policies = {k: str(v) for k, v in session.firm().policies.model_dump().items()}
        policies["as_of_date"] = session.clock(context.run.run_id).date().isoformat()
        findings = []
        evaluated = 0
        for system in target_systems():
            with session.warehouse.reading() as connection:
                found = read_candidates(connection, system.id)
            for (period, kind, entity), totals in found.totals.items():
                if kind != stream:
                    continue
                rows = found.frame.filter(
                    (pl.col("period_id") == period)
                    & (pl.col("entry_type") == kind)
                    & (pl.col("legal_entity_id").fill_null("") == entity)
                )
                verdict = run_gate(stream, rows, totals, policies)
                evaluated += rows.height
                findings += verdict.findings
        return dg.AssetCheckResult(
            passed=not findings,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "evaluated": evaluated,
                "held": len(findings),
                "findings": dg.MetadataValue.json(
                    [
                        {"posting_key": f.posting_key, "rule": f.rule, "reason": f.reason_code}
                        for f in findings[:100]
                    ]
                ),
            },
        )

    return gate
