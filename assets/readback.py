"""readback/<target> and the ledger's tables: what the ERPs show after posting.

The ERP is the truth: its tables are read again, then the ledger is exported beside them, so that
the models after posting compare the two.
"""

from collections.abc import Iterator

import dagster as dg

from assets import keys
from assets.graph import GraphSystem, tables_of
from assets.partitions import ONE_RUN, PERIODS
from assets.postings import target_systems
from assets.raw import counts_metadata, extract
from assets.session import CloseSession, open_ledger
from pipelines.register import register_views
from tieout.posting.ledger_export import export_ledger
from tieout.posting.ledger_manifests import all_members
from tieout.warehouse.configuration import replace_table

LEDGER_ASSETS = ("posting_lines", "posting_batches", "posting_batch_states", "gate_findings")


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
    upstream = [
        keys.ops_key("planned_lines"),
        *(keys.readback_key(system.id) for system in target_systems()),
    ]
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
    ledger = open_ledger(session.home)
    try:
        frames, members = export_ledger(ledger), all_members(ledger)
    finally:
        ledger.close()
    firm = session.firm()
    with session.warehouse.writing() as connection:
        register_views(connection, firm)
        for table in LEDGER_ASSETS:
            replace_table(connection, table, frames[table])
        replace_table(connection, "posting_manifest", members)
    return {table: frames[table].height for table in LEDGER_ASSETS}


def readback_assets() -> list[dg.AssetsDefinition]:
    """One step per target, and the ledger's export."""
    return [*(_readback_asset(system) for system in target_systems()), ledger_assets()]
