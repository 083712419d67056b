"""Typed reads of the contract tables (`pst_*`, `rec_*`, `rpt_*`), and nothing that computes money.

Each function takes an open connection, so that the caller decides how long the lock is held.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb


def table_exists(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """True if the table or view exists."""
    found = connection.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchone()
    return bool(found and found[0])


def first_open_day(connection: duckdb.DuckDBPyConnection) -> dt.date | None:
    """First day of the earliest accounting period that is not closed, None if not known yet."""
    if not table_exists(connection, "canonical", "dim_accounting_periods"):
        return None
    found = connection.execute(
        "select min(start_date) from canonical.dim_accounting_periods where status != 'closed'"
    ).fetchone()
    return found[0] if found else None


def rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None
) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    result = connection.execute(query, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
