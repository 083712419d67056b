"""What a close leaves for later: closing balances, their open items, fingerprints of the marts.

Here: the tables `ops.close_balances`, `ops.close_items` and `ops.close_reports`, filled from the
published release with each statement. The next period's roll-forwards open with them; the same
cut-off computed again is compared with them. Not here: the figures (`dbt_project`).

A close whose cut-off lay in the past when it was drafted is final and stays as it was first kept.
While the cut-off is the run's own instant, facts may still become known at it, so a later draft
replaces it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from tieout.close.rollforwards import ROLLFORWARDS
from tieout.config import Home
from tieout.warehouse.configuration import LEDGER_TABLES
from tieout.warehouse.connection import Warehouse
from tieout.warehouse.publish import ANALYTICS

_TABLES = ("close_balances", "close_items", "close_reports")
_KEPT = "delete from ops.{table} where period_id = ? and as_of_at = ?"
_ITEMS = (
    "insert into ops.close_items select ?, ?, rollforward, item_id, item_version, legal_entity_id,"
    " measure, currency_code, closing_amount, ? from {source}.rec_rollforward_items"
    " where rollforward = 'approved_not_posted'"
)
_REPORTS = (
    "insert into ops.close_reports select ?, ?, report, row_count, fingerprint, ?"
    " from {source}.rec_mart_fingerprints"
)
_COMPONENTS = (
    "insert into ops.close_balances select ?, ?, rollforward, component, legal_entity_id,"
    " measure, currency_code, amount, ? from {source}.rec_rollforward_components"
)
_BALANCES = (
    "insert into ops.close_balances select ?, ?, '{name}', 'closing', legal_entity_id, measure,"
    " currency_code, closing_amount, ? from {source}.{mart}"
)


def keep_close(home: Home, drafted_at: datetime) -> bool:
    """Keep the published release as a close; False if a final one stands already."""
    with Warehouse(home).writing() as connection:
        connection.execute(f"attach '{home.published / ANALYTICS}' as release (read_only)")
        try:
            stamp = connection.execute(
                "select period_id, as_of_at from release.main.releases"
            ).fetchone()
            if stamp is None:
                return False
            period_id, as_of = stamp
            moment = drafted_at.astimezone(UTC).replace(tzinfo=None)
            return keep_figures(connection, "release.reconciliation", period_id, as_of, moment)
        finally:
            connection.execute("detach release")


def keep_figures(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    period_id: str,
    as_of: datetime,
    drafted_at: datetime,
) -> bool:
    """Keep what the marts of one schema show; False if a final close stands already.

    Args:
        connection: the warehouse.
        source: schema of the reconciliation marts.
        period_id: the period under close.
        as_of: its cut-off K, UTC without zone.
        drafted_at: when the statement was drafted, UTC without zone.
    """
    connection.execute("create schema if not exists ops")
    for table in _TABLES:
        connection.execute(f"create table if not exists ops.{table} ({LEDGER_TABLES[table]})")
    final = connection.execute(
        "select count(*) from ops.close_reports"
        " where period_id = ? and as_of_at = ? and drafted_at > as_of_at",
        [period_id, as_of],
    ).fetchone()
    if final and final[0]:
        return False
    close = [period_id, as_of]
    connection.execute("begin")
    for table in _TABLES:
        connection.execute(_KEPT.format(table=table), close)
    for each in ROLLFORWARDS:
        connection.execute(
            _BALANCES.format(name=each.name, mart=each.mart, source=source), [*close, drafted_at]
        )
    connection.execute(_COMPONENTS.format(source=source), [*close, drafted_at])
    connection.execute(_ITEMS.format(source=source), [*close, drafted_at])
    connection.execute(_REPORTS.format(source=source), [*close, drafted_at])
    connection.execute("commit")
    return True
