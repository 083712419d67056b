"""One vendor's staging models over what its connector landed, with their data tests."""

from __future__ import annotations

from typing import Any

import duckdb

from pipelines.register import register_views
from tests.kit.compiled import Inputs, compiled_project, connect
from tieout.config import Firm, Home
from tieout.warehouse import Warehouse
from tieout.warehouse.configuration import write_configuration

INPUTS = Inputs("2026-07-31 23:59:59.999999", "2026-06")


def build_staging(firm: Firm, home: Home, vendor: str) -> None:
    """Register the landed views, build one vendor's models, insist that their tests pass.

    Args:
        firm: the firm whose systems were landed.
        home: its warehouse.
        vendor: folder below `models/staging`.
    """
    with Warehouse(home).writing() as connection:
        connection.execute("create schema if not exists ops")
        write_configuration(connection, firm)
        register_views(connection, firm)
    project = compiled_project()
    models = project.in_folder(f"staging/{vendor}")
    assert models, f"no staging models of {vendor}"
    with connect(home.warehouse) as connection:
        project.run(
            connection, as_of=INPUTS.as_of, period=INPUTS.period, upstream_of=models,
            check_contracts=True,
        )  # fmt: skip
        tests = [test.name for test in project.tests.values() if test.models & set(models)]
        assert tests, f"no data tests of {vendor}"
        assert not (failed := project.run_tests(connection, names=tests, inputs=INPUTS)), failed


def read(home: Home, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query over the warehouse."""
    connection = duckdb.connect(str(home.warehouse), read_only=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
