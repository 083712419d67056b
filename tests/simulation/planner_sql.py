"""The planning SQL of the dbt project on the simulated firm, compared with the plain planner.

Here: filling the few tables that planning reads, building the compiled models on a DuckDB in
memory, and the comparison row by row. Not here: how an entry is located and priced
(`tests/proof` proves that); the firm's records are laid where those models end.

The SQL that runs here: the newest version of an entry, the ERPs' lines from their external ids to
the entries that they stand for, the destination of an entry that was planned or posted before, and
everything from candidates to posting lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from tests.kit.compiled import compiled_project, connect
from tests.kit.firm_tables import firm_of, lay_firm
from tests.simulation.books import KINDS
from tests.simulation.firm import ENTITIES, JULY, JUNE, SOURCE, Record
from tests.simulation.planner import Inputs, Rules, plan, row_of
from tieout.domain.keys import correlation_id
from tieout.posting.columns import POSTING_COLUMNS

VERSIONS = ("int_time_entry_versions",)
LINES = (
    "int_planned_targets", "int_erp_lines_unioned", "int_erp_lines_known", "int_posted_targets",
    "int_erp_lines_named", "int_erp_lines_keyed", "int_erp_line_versions", "int_erp_lines_matched",
    "int_erp_lines_ranked", "int_entries_in_erps",
)  # fmt: skip
CANDIDATES = (
    "fct_entries", "int_posting_units", "int_postable_entries", "pst_candidates",
    "pst_time_postings",
)  # fmt: skip
COMPARED = (
    "posting_key", "target", "period_id", "entry_id", "source_version", "legal_entity_id",
    "accounting_date", "accounting_period_id", "is_late", "work_date", "hours",
    "cost_amount_functional", "functional_currency_code",
)  # fmt: skip
AS_OF = "2026-12-31 23:59:59.999999"


class PlannersDiffer(AssertionError):  # noqa: N818 - named for what happened
    """The SQL plans something else than the plain planner."""


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """A DuckDB with every table that planning reads, empty."""
    systems = [{"id": SOURCE, "vendor": "csv_tables", "roles": ["time"], "options": {"path": "."}}]
    systems += [
        {"id": name, "vendor": "csv_tables", "roles": ["erp"], "options": {"path": "."}}
        for name in KINDS
    ]
    entities = [
        {"id": name, "name": name, "country": name[:2], "functional_currency": currency}
        for name, currency in ENTITIES.items()
    ]
    firm = firm_of(entities, systems)
    firm.firm.id = "meridian"
    connection = connect()
    lay_firm(connection, firm, {})
    compiled_project().run(
        connection, as_of=AS_OF, period=JUNE, upstream_of=[*LINES, *CANDIDATES],
        views_as_tables=True,
    )  # fmt: skip
    return connection


def plan_in_sql(inputs: Inputs, rules: Rules, as_of: str) -> pl.DataFrame:
    """The candidates as the dbt models make them; refused when the plain planner says otherwise.

    Raises:
        PlannersDiffer: naming the rows on one side only.
    """
    del as_of
    connection, project = _connection(), compiled_project()

    def run(names: Iterable[str]) -> None:
        project.run(
            connection, as_of=AS_OF, period=JUNE, only=list(names),
            views_as_tables=True,
        )  # fmt: skip

    _fill(connection, "int_time_entries_unioned", [_landed(*r) for r in enumerate(inputs.landed)])
    run(VERSIONS)
    _fill(connection, "int_entry_versions", _versions(connection, inputs))
    _fill(connection, "stg_csv_tables__erp_lines", _books(inputs))
    _fill(connection, "stg_tieout__planned_lines", _plans(inputs))
    run(LINES)
    _fill(connection, "dim_accounting_periods", _periods(inputs))
    _fill(connection, "fct_entry_versions", _entries(connection, inputs, rules))
    run(CANDIDATES)
    found = connection.execute(
        f"select {', '.join(POSTING_COLUMNS)} from posting.pst_time_postings order by posting_key"
    ).pl()
    wanted = plan(inputs, rules)
    ours, theirs = (set(frame.select(COMPARED).rows()) for frame in (found, wanted))
    if ours != theirs:
        raise PlannersDiffer(f"only SQL: {sorted(ours - theirs)}; only plain: {theirs - ours}")
    return found


def _landed(index: int, record: Record) -> dict[str, Any]:
    return {
        "source_system": SOURCE, "source_record_id": record.number,
        "source_version": record.version, "known_at": f"2026-07-01 00:00:00.{index:06d}",
        "is_deleted": record.is_deleted, "source_worker_id": record.worker,
        "work_date": record.work_date, "hours": record.hours, "approval_status": record.status,
        "is_billable": True, "legal_entity_id": record.entity,
    }  # fmt: skip


def _versions(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> list[dict[str, Any]]:
    """Versions that the SQL kept, as the lines of ERPs meet them."""
    kept = connection.execute(
        "select source_record_id, source_version from intermediate.int_time_entry_versions"
    ).fetchall()
    by_name = {(str(r.number), r.version): r for r in inputs.landed}
    return [
        {
            "entry_id": by_name[name].entry_id, "source_system": SOURCE,
            "source_record_id": name[0], "source_version": name[1],
            "existed_at": "2026-07-01 00:00:00", "legal_entity_id": by_name[name].entity,
            "worker_id": by_name[name].worker, "work_date": by_name[name].work_date,
            "is_billable": True,
        }
        for name in kept
    ]  # fmt: skip


def _books(inputs: Inputs) -> list[dict[str, Any]]:
    return [
        {
            "source_system": name, "erp_line_id": item.erp_id, "source_version": 1,
            "known_at": "2026-07-01 00:00:00", "is_deleted": False, "record_type": "journal",
            "external_id": item.key, "legal_entity_id": item.legal_entity_id,
            "accounting_date": item.accounting_date, "is_posted": item.state == "posted",
            "hours": item.hours, "cost_amount_functional": item.amount,
            "functional_currency_code": item.currency,
        }
        for name, items in inputs.books.items()
        for item in items
    ]  # fmt: skip


def _plans(inputs: Inputs) -> list[dict[str, Any]]:
    return [
        {
            "posting_key": planned.key, "entry_id": planned.entry_id, "target": planned.target,
            "state": planned.state,
            "planned_at": f"2026-07-01 00:00:00.{index:06d}",
        }
        for index, planned in enumerate(inputs.plans)
    ]  # fmt: skip


def _periods(inputs: Inputs) -> list[dict[str, Any]]:
    return [
        {
            "period_key": f"{entity}|{month}", "legal_entity_id": entity,
            "accounting_period_id": month, "close_month_id": month,
            "is_open": month == JULY or not inputs.is_june_closed,
        }
        for entity in ENTITIES
        for month in (JUNE, JULY)
    ]  # fmt: skip


def _entries(
    connection: duckdb.DuckDBPyConnection, inputs: Inputs, rules: Rules
) -> list[dict[str, Any]]:
    """Every version with its price, and the destination by what the SQL says of it."""
    bound = {}
    for table in ("int_posted_targets", "int_planned_targets"):
        bound.update(
            dict(
                connection.execute(f"select entry_id, target from intermediate.{table}").fetchall()
            )
        )
    kept = connection.execute(
        "select source_record_id, source_version, version_rank = 1"
        " from intermediate.int_time_entry_versions"
    ).fetchall()
    by_name = {(str(r.number), r.version): r for r in inputs.landed}
    rows = []
    for number, version, is_newest in kept:
        record = by_name[number, version]
        target = bound.get(record.entry_id, inputs.routes[record.entity])
        line = row_of(record, target, inputs, rules)
        rows.append({
            "entry_id": record.entry_id, "entry_type": "time", "source_system": SOURCE,
            "source_record_id": number, "source_version": version,
            "correlation_id": correlation_id(record.entry_id), "is_newest": is_newest,
            "legal_entity_id": record.entity, "worker_id": record.worker, "project_id": "P-1003",
            "client_id": "C-01", "work_date": record.work_date,
            "accounting_period_id": f"{record.work_date:%Y-%m}",
            "approval_status": record.status, "is_deleted": record.is_deleted,
            "is_effective": record.is_effective, "is_billable": True, "hours": record.hours,
            "cost_amount_functional": record.amount,
            "functional_currency_code": ENTITIES[record.entity], "bill_amount_contract": 0,
            "target": target, "posting_accounting_date": line["accounting_date"],
            "posting_accounting_period_id": line["accounting_period_id"],
        })  # fmt: skip
    return rows


def _fill(connection: duckdb.DuckDBPyConnection, model: str, rows: list[Mapping[str, Any]]) -> None:
    """Replace the rows of a table; values go over as text, so that decimals stay exact."""
    relation = compiled_project().models[model].relation
    connection.execute(f"delete from {relation}")
    if not rows:
        return
    names = list(rows[0])
    texts = pa.table(
        [
            pa.array([None if row[n] is None else str(row[n]) for row in rows], pa.string())
            for n in names
        ],
        names=names,
    )
    connection.register("given_rows", texts)
    connection.execute(f"insert into {relation} by name select {', '.join(names)} from given_rows")
    connection.unregister("given_rows")
