"""published/analytics and close/statement: what leaves the warehouse for people."""

import dagster as dg

from assets import keys
from assets.partitions import ONE_RUN, PERIODS
from assets.session import CloseSession, operator_errors, periods_of
from tieout.close.balances import keep_close
from tieout.close.statement import write_statement
from tieout.warehouse.publish import publish

_MARTS = (
    ("reconciliation", "rec_tie_out_identities"),
    ("reconciliation", "rec_approved_not_posted"),
    ("reconciliation", "rec_adjusted_not_reclassified"),
    ("reconciliation", "rec_posted_not_billed"),
    ("reconciliation", "rec_anp_rollforward"),
    ("reconciliation", "rec_mart_fingerprints"),
    ("close", "fct_exceptions"),
    ("close", "fct_transaction_trace"),
)


@dg.asset(
    key=keys.PUBLISHED,
    deps=[keys.model_key(*mart) for mart in _MARTS],
    group_name="published",
    kinds={"duckdb", "parquet"},
    owners=keys.DATA_PLATFORM,
    description="The immutable copy of the marts that analysts read, swapped in atomically.",
    partitions_def=PERIODS,
    backfill_policy=ONE_RUN,
)
def published_analytics(
    context: dg.AssetExecutionContext, session: CloseSession
) -> dg.MaterializeResult:
    """Publish the marts."""
    with operator_errors():
        release = publish(
            session.home,
            session.firm(),
            period=periods_of(context)[-1],
            as_of=session.cut_off(context.run_id),
            run_id=context.run_id,
            published_at=session.clock(context.run_id),
        )
    return dg.MaterializeResult(
        metadata={
            "release": release.release_id,
            "tables": release.table_count,
            "dagster/row_count": release.row_count,
            "path": dg.MetadataValue.path(str(release.path)),
        }
    )


@dg.asset(
    key=keys.STATEMENT,
    deps=[keys.PUBLISHED],
    group_name="close",
    kinds={"html"},
    owners=keys.FINANCE,
    description="The close statement of each period of the run, one HTML file each.",
    partitions_def=PERIODS,
    backfill_policy=ONE_RUN,
)
def close_statement(
    context: dg.AssetExecutionContext, session: CloseSession
) -> dg.MaterializeResult:
    """Write the statements; keep the balances that the next period opens with."""
    with operator_errors():
        statements = [
            write_statement(session.home, session.firm(), period) for period in periods_of(context)
        ]
        keep_close(session.home, session.clock(context.run_id))
    return dg.MaterializeResult(
        metadata={
            "files": dg.MetadataValue.json([str(statement.path) for statement in statements]),
            "is_tied": all(statement.is_tied for statement in statements),
            "exit_code": 0 if all(statement.is_tied for statement in statements) else 1,
        }
    )
