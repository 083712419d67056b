"""raw/<system>/<table>: extraction of one system per step, and the views dbt reads.

The work is done by `pipelines.load.extract_system` and `pipelines.register.register_views`.
"""

import datetime as dt
from collections.abc import Iterator

import dagster as dg

from assets import keys
from assets.graph import GraphSystem, graph_systems, tables_of
from assets.partitions import ONE_RUN, PERIODS
from assets.session import CloseSession, open_ledger, operator_errors, progress_of
from pipelines.load import ExtractReport, extract_system
from pipelines.register import register_views
from pipelines.registry import VENDORS, landing_vendor
from tieout.posting.ledger_manifests import all_members
from tieout.posting.reversals import reversal_requests
from tieout.posting.standing import planned_lines
from tieout.warehouse import write_configuration
from tieout.warehouse.configuration import CONFIGURATION_TABLES, replace_table
from tieout.warehouse.queries import first_open_day

FROM_EXTRACTION = ("quarantine", "extractions")
"""Tables of `ops` that the extraction itself fills."""

FROM_LEDGER = ("planned_lines", "posting_manifest")
"""Tables of `ops` with what the posting ledger planned before the run."""

KEPT = ("close_balances", "close_items", "close_reports")
"""Tables of `ops` that earlier closes filled; made empty where they are missing."""


def source_assets() -> list[dg.AssetSpec]:
    """The systems themselves, which nobody here materializes."""
    return [
        dg.AssetSpec(
            keys.source_key(system.id),
            group_name="sources",
            kinds={system.vendor},
            owners=keys.DATA_PLATFORM,
            description=f"The {system.vendor} system {system.id}.",
        )
        for system in graph_systems()
    ]


def extract(session: CloseSession, context: dg.AssetExecutionContext, system: str) -> ExtractReport:
    """Extract one system at the run's instant."""
    firm = session.firm()
    with operator_errors():
        return extract_system(
            firm,
            firm.system(system),
            session.home,
            session.clock(context.run_id),
            progress_of(context),
            sweep_from=_sweep_from(session),
        )


def _sweep_from(session: CloseSession) -> dt.date | None:
    with session.warehouse.reading() as connection:
        return first_open_day(connection)


def counts_metadata(report: ExtractReport, table: str) -> dict[str, int]:
    """Row counts of one table, for the UI."""
    counts = report.tables[table]
    return {
        "dagster/row_count": counts.extracted,
        "landed": counts.landed,
        "unchanged": counts.unchanged,
        "deleted": counts.deleted,
        "quarantined": counts.quarantined,
    }


def _raw_assets(system: GraphSystem) -> dg.AssetsDefinition:
    tables = tables_of(system.vendor)

    @dg.multi_asset(
        name=f"extract_{system.id}",
        specs=[
            dg.AssetSpec(
                keys.raw_key(system.id, table),
                deps=[keys.source_key(system.id)],
                group_name="raw",
                kinds={"dlt", "duckdb"},
                owners=keys.DATA_PLATFORM,
                tags={"vendor": system.vendor},
                description=f"Every version of every {table} record of {system.id} known so far.",
            )
            for table in tables
        ],
        partitions_def=PERIODS,
        backfill_policy=ONE_RUN,
    )
    def extract_tables(
        context: dg.AssetExecutionContext, session: CloseSession
    ) -> Iterator[dg.MaterializeResult]:
        report = extract(session, context, system.id)
        for table in tables:
            yield dg.MaterializeResult(
                asset_key=keys.raw_key(system.id, table), metadata=counts_metadata(report, table)
            )

    return extract_tables


def raw_assets() -> list[dg.AssetsDefinition]:
    """One step per system of the firm."""
    return [_raw_assets(system) for system in graph_systems()]


def _landed_from(vendor: str, table: str) -> list[dg.AssetKey]:
    """The raw tables that one view of a vendor unites."""
    return [
        keys.raw_key(system.id, table)
        for system in graph_systems()
        if landing_vendor(system.vendor) == vendor and table in tables_of(system.vendor)
    ]


def landed_assets() -> dg.AssetsDefinition:
    """The views of every vendor and the firm's configuration, in one step."""
    specs = [
        dg.AssetSpec(
            keys.landed_key(vendor, table),
            deps=_landed_from(vendor, table),
            group_name="landed",
            kinds={"duckdb"},
            owners=keys.DATA_PLATFORM,
            tags={"vendor": vendor},
            description=f"{table} of every {vendor} system, finished loads only.",
        )
        for vendor in VENDORS
        if landing_vendor(vendor) == vendor
        for table in tables_of(vendor)
    ]
    raw_keys = [keys.raw_key(s.id, t) for s in graph_systems() for t in tables_of(s.vendor)]
    specs.extend(
        dg.AssetSpec(
            keys.ops_key(table),
            deps=raw_keys if table in FROM_EXTRACTION else [],
            group_name="ops",
            kinds={"duckdb"},
            owners=keys.DATA_PLATFORM,
            description=f"{table.replace('_', ' ').capitalize()} of the firm, as a table.",
        )
        for table in [*CONFIGURATION_TABLES, *FROM_EXTRACTION, *KEPT, *FROM_LEDGER]
    )

    @dg.multi_asset(name="land_views", specs=specs, partitions_def=PERIODS, backfill_policy=ONE_RUN)
    def land_views(session: CloseSession) -> Iterator[dg.MaterializeResult]:
        prepare_sources(session)
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key)

    return land_views


def prepare_sources(session: CloseSession) -> None:
    """Write the firm's configuration, the plans so far, and make the views that dbt reads."""
    firm = session.firm()
    with operator_errors():
        ledger = open_ledger(session.home)
        try:
            plans, reversals = planned_lines(ledger), reversal_requests(ledger)
            members = all_members(ledger)
        finally:
            ledger.close()
        with session.warehouse.writing() as connection:
            write_configuration(connection, firm)
            replace_table(connection, "planned_lines", plans)
            replace_table(connection, "posting_manifest", members)
            replace_table(connection, "reversal_requests", reversals)
            register_views(connection, firm)
