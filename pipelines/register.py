"""Views `landed_<vendor>.<table>`: what dbt reads, one per declared table of every vendor.

A view unites the firm's systems of one vendor, adds `source_system`, and shows finished loads
only; a vendor that lands as another stands in that one's views. A table that nobody landed is a
view without rows but with its declared columns, so the dbt project builds for every firm.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipelines.contracts import Table
from pipelines.landing import QUARANTINE
from pipelines.registry import all_vendors
from tieout.config import Firm

_HEAD = (
    ("id", "varchar"),
    ("version", "bigint"),
    ("known_at", "timestamp"),
    ("is_deleted", "boolean"),
)


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    return {
        pa.string(): "varchar",
        pa.int64(): "bigint",
        pa.bool_(): "boolean",
        pa.date32(): "date",
        pa.timestamp("us"): "timestamp",
    }[kind]


def table_columns(table: Table) -> list[tuple[str, str]]:
    """Landed columns and their SQL types, without `source_system`."""
    return [*_HEAD, *((column.name, _sql_type(column.type)) for column in table.columns)]


def register_views(connection: duckdb.DuckDBPyConnection, firm: Firm) -> None:
    """Make the views of every vendor and fill `ops.quarantine` from what was set aside."""
    landed = _landed_columns(connection)
    vendors = all_vendors()
    lands_as = {vendor.name: vendor.lands_as or vendor.name for vendor in vendors}
    for vendor in vendors:
        if vendor.lands_as:
            continue
        connection.execute(f"create schema if not exists landed_{vendor.name}")
        systems = [s.id for s in firm.systems if lands_as.get(s.vendor) == vendor.name]
        for table in vendor.tables:
            parts = [
                _select(system, table, landed[f"raw_{system}", table.name])
                for system in systems
                if (f"raw_{system}", table.name) in landed
            ]
            body = " union all ".join(parts) or _empty(table)
            connection.execute(
                f'create or replace view landed_{vendor.name}."{table.name}" as {body}'
            )
    _open_quarantine(connection, firm, landed)


def _landed_columns(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], dict[str, str]]:
    """(schema, table) -> column -> type, of everything landed."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        " where table_schema like 'raw!_%' escape '!'"
    ).fetchall():
        found.setdefault((schema, table), {})[column] = kind
    return found


def _value(name: str, present: dict[str, str]) -> str:
    """A landed column; instants are read in UTC whatever the zone of the machine."""
    if name not in present:
        return "null"
    zoned = present[name] == "TIMESTAMP WITH TIME ZONE"
    return f't."{name}"' + (" at time zone 'UTC'" if zoned else "")


def _select(system: str, table: Table, present: dict[str, str]) -> str:
    columns = ", ".join(
        f'cast({_value(name, present)} as {kind}) as "{name}"'
        for name, kind in table_columns(table)
    )
    return (
        f"select cast('{system}' as varchar) as source_system, {columns}"
        f' from raw_{system}."{table.name}" as t'
        f" join raw_{system}._dlt_loads as l on t._dlt_load_id = l.load_id where l.status = 0"
    )


def _empty(table: Table) -> str:
    columns = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in table_columns(table))
    return f"select cast(null as varchar) as source_system, {columns} where false"


def _open_quarantine(
    connection: duckdb.DuckDBPyConnection, firm: Firm, landed: dict[tuple[str, str], dict[str, str]]
) -> None:
    """Quarantined records that no later good version has replaced."""
    connection.execute("delete from ops.quarantine")
    for system in firm.systems:
        schema = f"raw_{system.id}"
        if (schema, QUARANTINE) not in landed:
            continue
        tables = connection.execute(
            f"select distinct table_name from {schema}.{QUARANTINE}"
        ).fetchall()
        for (name,) in tables:
            healed = (
                f' and not exists (select 1 from {schema}."{name}" as good'
                " where good.id = q.source_record_id and good.known_at > q.known_at)"
                if (schema, name) in landed
                else ""
            )
            connection.execute(
                "insert into ops.quarantine select ?, q.table_name, q.source_record_id,"
                " q.reason_code, q.detail, try_cast(q.amount_text as decimal(18, 4)),"
                " cast(q.known_at at time zone 'UTC' as timestamp)"
                f" from {schema}.{QUARANTINE} as q"
                f" join {schema}._dlt_loads as l on q._dlt_load_id = l.load_id"
                f" where l.status = 0 and q.table_name = ?{healed}",
                [system.id, name],
            )
