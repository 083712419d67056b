"""Row counts and amounts of built models, shown as metadata in the UI.

Amounts are bill values and values at risk in reporting currency; labour cost is never shown here.
"""

from collections.abc import Iterable, Iterator

import dagster as dg
import duckdb

from tieout.domain.period import Period

AMOUNTS = ("bill_amount_reporting", "amount_at_risk_reporting", "remaining_amount_reporting")
LAYERS = ("canonical", "posting", "reconciliation", "close")


def model_figures(
    connection: duckdb.DuckDBPyConnection, assets: Iterable[dg.AssetKey]
) -> Iterator[tuple[dg.AssetKey, dict[str, int | str]]]:
    """Row count and amounts of every stored model among the assets."""
    columns: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
    ).fetchall():
        columns.setdefault((schema, table), set()).add(column)
    for key in assets:
        schema, table = key.path[0], key.path[-1]
        if schema not in LAYERS or (schema, table) not in columns:
            continue
        amounts = [name for name in AMOUNTS if name in columns[schema, table]]
        sums = "".join(f', cast(coalesce(sum("{name}"), 0) as varchar)' for name in amounts)
        row = connection.execute(f'select count(*){sums} from {schema}."{table}"').fetchone()
        if row:
            yield key, {"dagster/row_count": row[0], **dict(zip(amounts, row[1:], strict=True))}


def observations(
    connection: duckdb.DuckDBPyConnection, assets: Iterable[dg.AssetKey], periods: list[Period]
) -> list[dg.AssetObservation]:
    """The figures as observations of the run's last period."""
    return [
        dg.AssetObservation(key, metadata=figures, partition=periods[-1].id)
        for key, figures in model_figures(connection, assets)
    ]
