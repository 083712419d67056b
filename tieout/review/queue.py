"""Reading the exception queue from a warehouse or a published copy.

Here: filters and totals over `fct_exceptions`. Not here: the connection (the caller's: a published
copy needs no lock, the warehouse does) and any change to an exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import polars as pl

from tieout.domain.errors import ConfigError
from tieout.domain.reasons import REASONS

TABLE = "fct_exceptions"
ROWS_MAX = 10_000

COLUMNS: tuple[str, ...] = (
    "exception_id",
    "reason_code",
    "stage",
    "entry_id",
    "owner_role",
    "amount_at_risk_reporting",
    "opened_at",
    "due_at",
    "status",
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exceptions to show; None is any.

    Attributes:
        owner_role: Whose they are, for example `controller`.
        reason_code: One of `tieout.domain.reasons.REASONS`.
        entry_id: Those of one entry.
        status: `open`, `closed`, or None for both.
    """

    owner_role: str | None = None
    reason_code: str | None = None
    entry_id: str | None = None
    status: str | None = "open"

    def conditions(self) -> Iterator[tuple[str, str]]:
        """Column and wanted value of each filter that is set."""
        for column in ("owner_role", "reason_code", "entry_id", "status"):
            value = getattr(self, column)
            if value is not None:
                yield column, value


def read_queue(
    connection: duckdb.DuckDBPyConnection, wanted: Filter, limit: int = ROWS_MAX
) -> pl.DataFrame:
    """Read exceptions, the largest amount at risk first, then the oldest.

    Args:
        connection: A warehouse or a published copy.
        wanted: The filter.
        limit: Most rows to return, at most `ROWS_MAX`.

    Returns:
        One row per exception with `COLUMNS`.

    Raises:
        ConfigError: The reason code does not exist, or nothing was built yet.
    """
    if wanted.reason_code is not None and wanted.reason_code not in REASONS:
        raise ConfigError(
            f"{wanted.reason_code} is not a reason code",
            field="--reason",
            fix="choose one of " + ", ".join(sorted(REASONS)),
        )
    conditions = dict(wanted.conditions())
    where = " and ".join(f"{column} = ${column}" for column in conditions) or "true"
    return connection.execute(
        f"select {', '.join(COLUMNS)} from {_place(connection)} where {where}"
        " order by amount_at_risk_reporting desc nulls last, opened_at, exception_id"
        f" limit {min(limit, ROWS_MAX)}",
        conditions,
    ).pl()


def totals_by_owner(queue: pl.DataFrame) -> pl.DataFrame:
    """One row per owner and reason: how many exceptions and the sum at risk, largest first."""
    zero = pl.lit(Decimal(0), dtype=pl.Decimal(38, 4))
    return (
        queue.group_by("owner_role", "reason_code")
        .agg(
            pl.len().alias("exceptions"),
            pl.col("amount_at_risk_reporting").sum().alias("amount_at_risk_reporting"),
        )
        .with_columns(pl.coalesce("amount_at_risk_reporting", zero))
        .sort(
            "amount_at_risk_reporting", "owner_role", "reason_code", descending=[True, False, False]
        )
    )


def _place(connection: duckdb.DuckDBPyConnection) -> str:
    """Schema and name of the queue: the warehouse and the published copy lay it out apart.

    Raises:
        ConfigError: There is no queue.
    """
    found = connection.execute(
        "select table_schema from information_schema.tables where table_name = $name"
        " and table_catalog = current_database() order by table_schema",
        {"name": TABLE},
    ).fetchall()
    if not found:
        raise ConfigError(
            f"there is no {TABLE} yet", fix="run `tieout run` first, it builds and publishes it"
        )
    return f'"{found[0][0]}".{TABLE}'
