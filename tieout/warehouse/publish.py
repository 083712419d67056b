"""Publishing: an immutable copy of the marts, built beside and swapped in atomically.

`published/analytics.duckdb` is what analysts open, read-only, while a run goes on; a reader that
holds it keeps its release. `published/releases/<id>/` keeps the last releases with Parquet files of
every mart. Raw and staging data stay in the warehouse. The file is written in a storage version
that older DuckDB tools read (practice notes on versions, 1.2 item 4).
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tieout.config import Firm, Home
from tieout.domain.clock import sql_timestamp
from tieout.domain.errors import TieoutError
from tieout.domain.period import Period
from tieout.durable import flush
from tieout.warehouse.connection import Warehouse

PUBLISHED_SCHEMAS = ("canonical", "reconciliation", "close")
STORAGE_VERSION = "v1.2.0"
RELEASES_KEPT = 5
ANALYTICS = "analytics.duckdb"


class NothingToPublish(TieoutError):  # noqa: N818 - named for what happened
    """The marts were never built."""


@dataclass(frozen=True)
class Release:
    """One published release.

    Attributes:
        release_id: sorts by time.
        path: the immutable DuckDB file of this release.
        table_count: marts in it.
        row_count: rows in it.
    """

    release_id: str
    path: Path
    table_count: int
    row_count: int


def publish(
    home: Home,
    firm: Firm,
    *,
    period: Period,
    as_of: datetime,
    run_id: str,
    published_at: datetime,
) -> Release:
    """Copy the marts, stamp the release, swap it in.

    Raises:
        NothingToPublish: if no mart was built yet.
    """
    release_id = f"{published_at:%Y%m%dT%H%M%SZ}-{run_id[:8]}"
    folder = home.published / "releases" / release_id
    building = folder.with_name(f".{release_id}.tmp")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    with Warehouse(home).writing() as connection:
        tables = _marts(connection)
        if not tables:
            raise NothingToPublish("no mart is built yet\n  fix: tieout run, or tieout reconcile")
        stamp = (release_id, run_id, firm.id, period.id, sql_timestamp(as_of), published_at)
        row_count = _copy(connection, building / ANALYTICS, tables, stamp)
        for schema, table in tables:
            connection.execute(
                f'copy (select * from {schema}."{table}") to ? (format parquet)',
                [str(building / f"{schema}.{table}.parquet")],
            )
    flush(building / ANALYTICS)
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)
    _swap_in(home, folder)
    _forget_old(home.published / "releases")
    return Release(release_id, folder / ANALYTICS, len(tables), row_count)


def _marts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    found = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema in (select unnest(?)) and table_type = 'BASE TABLE' order by 1, 2",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    return [(schema, table) for schema, table in found]


def _copy(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    tables: list[tuple[str, str]],
    stamp: tuple[object, ...],
) -> int:
    connection.execute(f"attach '{path}' as release (storage_version '{STORAGE_VERSION}')")
    rows = 0
    try:
        connection.execute("begin")
        for schema in sorted({schema for schema, _ in tables}):
            connection.execute(f"create schema release.{schema}")
        for schema, table in tables:
            connection.execute(
                f'create table release.{schema}."{table}" as select * from {schema}."{table}"'
            )
            found = connection.execute(f'select count(*) from {schema}."{table}"').fetchone()
            rows += found[0] if found else 0
        connection.execute(
            "create table release.main.releases (release_id varchar, run_id varchar,"
            " firm_id varchar, period_id varchar, as_of_at timestamp, published_at timestamp)"
        )
        connection.execute("insert into release.main.releases values (?, ?, ?, ?, ?, ?)", stamp)
        connection.execute("commit")
        connection.execute("checkpoint release")
    finally:
        connection.execute("detach release")
    return rows


def _swap_in(home: Home, folder: Path) -> None:
    """Put the release at its public name; a reader's open file stays as it was."""
    waiting = home.published / f".{ANALYTICS}.{os.getpid()}"
    waiting.unlink(missing_ok=True)
    try:
        os.link(folder / ANALYTICS, waiting)
    except OSError:  # a file system without hard links
        shutil.copyfile(folder / ANALYTICS, waiting)
        flush(waiting)
    waiting.chmod(0o444)
    waiting.replace(home.published / ANALYTICS)


def _forget_old(releases: Path) -> None:
    kept = sorted(path for path in releases.iterdir() if not path.name.startswith("."))
    for old in kept[:-RELEASES_KEPT]:
        shutil.rmtree(old)
