"""No model compares every row with every row where an equality could find the partner.

DuckDB runs an outer join as a nested loop as soon as a part of its condition is no comparison of
the two sides: a flag of the left side, a `coalesce(a < b, true)`. Nothing is wrong with its rows,
and a firm ten times as large waits a hundred times as long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.kit.compiled import compiled_project, connect
from tests.kit.firm_tables import lay_firm
from tests.proof.random_firm import AS_OF, PERIOD, pack

EQUALITY = re.compile(r"\(\w+ = \w+\)")
# one side is a list that people write by hand: owners of fields, routes, entities
SMALL = {"int_fact_owners", "int_owned_fields", "int_rate_owners", "int_route_projects"}


def nested_loops(plan: dict[str, Any]) -> Iterator[str]:
    """Conditions of the outer joins that run as nested loops."""
    if plan["name"] == "BLOCKWISE_NL_JOIN":
        yield str(plan["extra_info"].get("Condition", ""))
    for child in plan.get("children", []):
        yield from nested_loops(child)


def conditions_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """Of a query: the nested loops that have an equality to go by."""
    row = connection.execute(f"explain (format json) {sql}").fetchone()
    assert row is not None
    found = [text for plan in json.loads(row[1]) for text in nested_loops(plan)]
    return [text for text in found if EQUALITY.search(text)]


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Some random firms with every model built as a table, so that a plan is one model's own."""
    landed = pack(range(2))
    with connect() as connection:
        lay_firm(connection, landed.firm, landed.tables)
        compiled_project().run(connection, as_of=AS_OF, period=PERIOD, views_as_tables=True)
        yield connection


def test_no_outer_join_is_a_nested_loop(warehouse: duckdb.DuckDBPyConnection) -> None:
    project = compiled_project()
    found = {
        name: conditions
        for name in project.models
        if (conditions := conditions_of(warehouse, project.sql(name, AS_OF, PERIOD)))
    }
    assert found.keys() <= SMALL, "\n".join(f"{name}: {why}" for name, why in found.items())


def test_such_a_join_is_noticed(warehouse: duckdb.DuckDBPyConnection) -> None:
    bad = (
        "select entries.entry_id from canonical.fct_entries as entries"
        " left join canonical.fct_erp_postings as lines"
        " on entries.is_billable and entries.entry_id = lines.entry_id"
    )
    assert conditions_of(warehouse, bad)
    good = bad.replace("entries.is_billable and entries.entry_id", "entries.entry_id")
    assert not conditions_of(warehouse, good)
