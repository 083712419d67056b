"""Reading the published marts: never blocked by a run, never blocking one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from tieout.config import Home
from tieout.domain.errors import TieoutError
from tieout.warehouse.publish import ANALYTICS
from tieout.warehouse.queries import rows


class NothingPublished(TieoutError):  # noqa: N818 - named for what happened
    """There is no published release yet."""


def analytics_path() -> Path:
    """The published file.

    Raises:
        NothingPublished: if no run has published yet.
    """
    path = Home().published / ANALYTICS
    if not path.is_file():
        raise NothingPublished(f"nothing is published in {path.parent}\n  fix: tieout run")
    return path


def connect() -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published marts; mart names need no schema."""
    connection = duckdb.connect(str(analytics_path()), read_only=True)
    connection.execute("set search_path = 'reconciliation,close,canonical,main'")
    return connection


def published_rows(query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query on the published marts."""
    connection = connect()
    try:
        return rows(connection, query, parameters)
    finally:
        connection.close()
