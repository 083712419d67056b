"""The planning SQL of the dbt project on the simulated firm, compared with the plain planner.

Here: building the compiled models on a DuckDB in memory, and the comparison row by row. Not here:
the rows that they read (`tests.simulation.tables`) and how an entry is located and priced
(`tests/proof` proves that); the firm's records are laid where those models end.

The SQL that runs here: the newest version of an entry, the ERPs' lines from their external ids to
the entries that they stand for, the destination of an entry that was planned or posted before, our
lines beside what their entries are now, the corrections that follow and their periods, and
everything from candidates and reversals to posting lines.
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
from tests.simulation.firm import ENTITIES, JUNE, SOURCE
from tests.simulation.inputs import Inputs
from tests.simulation.planner import Rules, plan
from tests.simulation.tables import (
    book_rows,
    destination_of,
    entry_row,
    landed_rows,
    period_rows,
    plan_rows,
    subledger_rows,
    version_rows,
)
from tieout.posting.columns import POSTING_COLUMNS

VERSIONS = ("int_time_entry_versions",)
LINES = (
    "int_planned_targets", "int_erp_lines_unioned", "int_erp_lines_known", "int_posted_targets",
    "int_erp_lines_named", "int_erp_lines_keyed", "int_erp_line_versions", "int_erp_lines_matched",
    "int_erp_lines_ranked", "int_entries_in_erps", "int_requested_lines",
)  # fmt: skip
CANDIDATES = (
    "fct_entries", "int_posting_units", "pst_own_lines", "int_own_lines_compared",
    "int_corrections_due", "pst_corrections", "int_postable_entries", "pst_candidates",
    "pst_reversals", "pst_time_postings",
)  # fmt: skip
COMPARED = (
    "posting_key", "target", "period_id", "entry_id", "source_version", "legal_entity_id",
    "accounting_date", "accounting_period_id", "is_late", "work_date", "worker_id", "hours",
    "cost_amount_functional", "functional_currency_code", "reverses_posting_key",
    "correction_group_id", "correction_kind",
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
    connection, models = _connection(), compiled_project().models
    _fill(connection, "int_time_entries_unioned", landed_rows(inputs))
    _run(connection, VERSIONS)
    kept = connection.execute(
        "select source_record_id, source_version, version_rank = 1"
        " from intermediate.int_time_entry_versions"
    ).fetchall()
    by_name = {(str(r.number), r.version): r for r in inputs.landed}
    versions = [(by_name[number, version], is_newest) for number, version, is_newest in kept]
    columns = _columns(connection, models["stg_tieout__planned_lines"].relation)
    _fill(connection, "int_entry_versions", version_rows(record for record, _ in versions))
    _fill(connection, "stg_csv_tables__erp_lines", book_rows(inputs))
    _fill(connection, "stg_tieout__planned_lines", plan_rows(inputs, columns))
    _run(connection, LINES)
    _fill(connection, "dim_accounting_periods", period_rows(inputs))
    _fill(connection, "dim_subledger_periods", subledger_rows(inputs))
    planned, posted = _destinations(connection)
    _fill(connection, "fct_entry_versions", [
        entry_row(
            record, destination_of(record, planned, posted, inputs), inputs, is_newest=is_newest
        )
        for record, is_newest in versions
    ])  # fmt: skip
    _run(connection, CANDIDATES)
    found = connection.execute(
        f"select {', '.join(POSTING_COLUMNS)} from posting.pst_time_postings order by posting_key"
    ).pl()
    wanted = plan(inputs, rules)
    ours, theirs = (set(frame.select(COMPARED).rows()) for frame in (found, wanted))
    if ours != theirs or found.height != wanted.height:
        raise PlannersDiffer(f"only SQL: {sorted(ours - theirs)}; only plain: {theirs - ours}")
    return found


def _run(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Build some models."""
    compiled_project().run(
        connection, as_of=AS_OF, period=JUNE, only=list(names), views_as_tables=True
    )


def _destinations(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[tuple[str, str | None], str], dict[str, str]]:
    """The ERPs to which entries are bound, by plan (entry and legal entity) and by posting."""
    planned = connection.execute(
        "select entry_id, legal_entity_id, target from intermediate.int_planned_targets"
    ).fetchall()
    posted = connection.execute("select entry_id, target from intermediate.int_posted_targets")
    return {(entry, entity): target for entry, entity, target in planned}, dict(posted.fetchall())


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    return [row[0] for row in connection.execute(f"describe {relation}").fetchall()]


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
