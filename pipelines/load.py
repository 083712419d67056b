"""Extract one system and load what is new, in one package: all of its tables or none.

What each extraction did, or that it failed, is noted in `ops.extractions` (`pipelines.history`).

Pages are read without the warehouse lock; loading holds it. A run that was killed leaves either
the old state or rows of an unfinished load, which nobody reads (`_dlt_loads.status`); the next run
drops the pending package and reads the same window again, which the merge on [id, version] makes
harmless (measured: practice notes on dlt, findings 2 to 4).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.pipeline import LoadInfo
from dlt.pipeline.exceptions import PipelineStepFailed

from pipelines.contracts import Table, Vendor, Window
from pipelines.evidence import Evidence
from pipelines.history import note_extraction
from pipelines.known import Known
from pipelines.landing import DRIFT, QUARANTINE, Lander, TableCounts, field_rows, quarantine_rows
from pipelines.registry import vendor as vendor_of
from tieout.config import Firm, Home, System
from tieout.domain.errors import TieoutError
from tieout.domain.progress import Progress
from tieout.warehouse import Warehouse

_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "RESTORE_FROM_DESTINATION": "false",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    "LOAD__DELETE_COMPLETED_JOBS": "true",
    # one table after the other: quarantine and fields are read from what the tables left behind
    "EXTRACT__NEXT_ITEM_MODE": "fifo",
}


_CAUSES_MAX = 10


@dataclass
class ExtractReport:
    """What one extraction did, per table."""

    system_id: str
    tables: dict[str, TableCounts] = field(default_factory=dict)
    load_id: str | None = None

    @property
    def landed(self) -> int:
        """New versions landed, tombstones included."""
        return sum(counts.landed + counts.deleted for counts in self.tables.values())

    @property
    def quarantined(self) -> int:
        """Records set aside."""
        return sum(counts.quarantined for counts in self.tables.values())


def extract_system(
    firm: Firm,
    system: System,
    home: Home,
    now: datetime,
    progress: Progress,
    *,
    only_tables: Sequence[str] | None = None,
    sweep_from: dt.date | None = None,
) -> ExtractReport:
    """Extract one system into `raw_<system>`.

    Args:
        firm: the firm.
        system: the system to read.
        home: where the warehouse and evidence live.
        now: the instant that stamps `known_at`.
        progress: told how many records were read.
        only_tables: read only these tables (default all).
        sweep_from: first day of the non-closed periods; deletions are looked for from here on,
            or everywhere when None.

    Raises:
        SystemUnreachable, AuthenticationFailed, ContractError: nothing was landed.
    """
    del firm  # the interface is the same for systems that need the firm's crosswalks
    os.environ.update(_SETTINGS)
    vendor = vendor_of(system.vendor)
    session = vendor.session(system) if vendor.session else None
    warehouse = Warehouse(home)
    known = Known(warehouse, f"raw_{system.id}")
    evidence = Evidence(home, system.id, now)
    wanted = [t for t in vendor.tables if only_tables is None or t.name in only_tables]
    landers = [Lander(system, table, now, known, evidence) for table in wanted]
    with note_extraction(warehouse, system.id, now, landers, session):
        try:
            return _extracted(vendor, landers, known, session, home, sweep_from, progress)
        finally:
            known.release()


def _extracted(
    vendor: Vendor,
    landers: list[Lander],
    known: Known,
    session: Any,
    home: Home,
    sweep_from: dt.date | None,
    progress: Progress,
) -> ExtractReport:
    system, now = landers[0].system, landers[0].now
    extractor = vendor.extractor(system, session, now)
    resources = [
        _resource(
            lander.table.name,
            _rows(lander, extractor, _windows(vendor, lander.table, known, sweep_from), progress),
        )
        for lander in landers
    ]
    resources.append(_resource(QUARANTINE, _set_aside(landers, known)))
    resources.append(_resource(DRIFT, _seen_fields(landers, known)))
    load = _load(system, home, Warehouse(home), resources, known)
    report = ExtractReport(system.id, {lander.table.name: lander.counts for lander in landers})
    report.load_id = load.loads_ids[0] if load.loads_ids else None
    return report


def _windows(
    vendor: Vendor, table: Table, known: Known, sweep_from: dt.date | None
) -> tuple[list[Window], bool]:
    """The listings a table needs, and whether the last one is complete."""
    cursor = known.cursor(table, vendor.look_back) if table.version else None
    if table.sweep is None:
        return [Window(since=cursor)], False
    if cursor is None or table.sweep.date_column is None:
        return [Window()], True
    return [Window(since=cursor), Window(sweep_from=sweep_from)], True


def _rows(
    lander: Lander, extractor: Any, plan: tuple[list[Window], bool], progress: Progress
) -> Iterator[pa.Table]:
    windows, complete = plan
    with progress.stage(f"{lander.system.id} {lander.table.name}") as stage:
        yield from lander.land(extractor, windows, stage, complete_last=complete)


def _set_aside(landers: list[Lander], known: Known) -> Iterator[pa.Table]:
    """Quarantine rows not known yet; runs after the tables, whose rejects it reads."""
    for lander in landers:
        rows = quarantine_rows(lander)
        if rows.num_rows:
            yield _unknown(rows, QUARANTINE, known)


def _seen_fields(landers: list[Lander], known: Known) -> Iterator[pa.Table]:
    for lander in landers:
        rows = field_rows(lander)
        if rows.num_rows:
            yield _unknown(rows, DRIFT, known)


def _unknown(rows: pa.Table, name: str, known: Known) -> pa.Table:
    digested = rows.append_column("content_digest", pa.nulls(rows.num_rows, pa.string()))
    fresh, _ = known.only_new(Table(name, (), version="version"), digested, 0)
    return fresh


def _resource(name: str, rows: Iterator[pa.Table]) -> Any:
    return dlt.resource(
        rows,
        name=name,
        table_name=name,
        primary_key=["id", "version"],
        write_disposition={"disposition": "merge", "strategy": "delete-insert"},
        schema_contract={"tables": "evolve", "columns": "evolve", "data_type": "freeze"},
    )


def _cause(failure: BaseException) -> BaseException:
    """Our own error inside dlt's wrapping, or dlt's."""
    inner: BaseException | None = failure
    for _ in range(_CAUSES_MAX):
        if inner is None or isinstance(inner, TieoutError):
            break
        inner = inner.__cause__ or inner.__context__
    return inner or failure


def _source(system: System, resources: list[Any]) -> Any:
    """All tables of one system as one source: one package, loaded whole or not at all."""

    @dlt.source(name=system.id, section=f"tieout_{system.id}", max_table_nesting=0)
    def tables() -> Any:
        return resources

    return tables()


def _load(
    system: System, home: Home, warehouse: Warehouse, resources: list[Any], known: Known
) -> LoadInfo:
    pipeline = dlt.pipeline(
        pipeline_name=f"tieout_{system.id}",
        pipelines_dir=str(home.dlt),
        destination=dlt.destinations.duckdb(str(warehouse.path)),
        dataset_name=f"raw_{system.id}",
    )
    pipeline.abort_packages()
    try:
        pipeline.extract(_source(system, resources), loader_file_format="parquet")
    except PipelineStepFailed as failure:
        raise _cause(failure) from failure
    known.release()
    pipeline.normalize()
    with warehouse.locked():
        return pipeline.load()
