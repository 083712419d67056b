"""What the warehouse already knows of a landed table: keys, latest versions, the cursor.

Only rows of loads that finished count. Questions share a lease of the warehouse, which ends by
itself while a source is being read.
"""

from __future__ import annotations

import datetime as dt
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from pipelines.contracts import Table
from tieout.warehouse import ReadingLease, Warehouse

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Known:
    """The landed state of one system.

    Args:
        warehouse: the warehouse.
        schema: `raw_<system>`.
    """

    def __init__(self, warehouse: Warehouse, schema: str) -> None:
        self._warehouse = ReadingLease(warehouse)
        self._schema = schema

    def release(self) -> None:
        """Give the warehouse back before a load writes."""
        self._warehouse.release()

    def _exists(self, connection: duckdb.DuckDBPyConnection, table: str) -> bool:
        found = connection.execute(
            "select count(*) from information_schema.tables where table_schema = ?"
            " and table_name in (?, '_dlt_loads')",
            [self._schema, table],
        ).fetchone()
        return bool(found and found[0] == 2)  # noqa: PLR2004 - the table and dlt's loads

    def _finished(self, table: str) -> str:
        return (
            f'(select t.* from {self._schema}."{table}" as t'
            f" join {self._schema}._dlt_loads as l on t._dlt_load_id = l.load_id"
            " where l.status = 0)"
        )

    def cursor(self, table: Table, look_back: timedelta) -> datetime | None:
        """The newest source instant landed, minus the look-back; None when nothing is landed."""
        with self._warehouse.reading() as connection:
            if not self._exists(connection, table.name):
                return None
            found = connection.execute(
                f"select max(version) from {self._finished(table.name)} where not is_deleted"
            ).fetchone()
        if not found or found[0] is None:
            return None
        return _EPOCH + timedelta(microseconds=found[0]) - look_back

    def only_new(
        self, table: Table, rows: pa.Table, now_version: int, already: list[pa.Table] | None = None
    ) -> tuple[pa.Table, int]:
        """The rows that are not known yet, and how many rows repeat one read in this run.

        With source versions a row is new if its [id, version] is unknown; a record that was taken
        for deleted and is listed again becomes a version of now. With observed versions a row is
        new if its content differs from the latest version.
        """
        with self._warehouse.reading() as connection:
            exists = self._exists(connection, table.name)
            connection.register("batch", rows)
            known = self._finished(table.name) if exists else "(select * from batch limit 0)"
            names = ", ".join(f'fresh."{name}"' for name in rows.column_names if name != "version")
            seen = pa.concat_tables(already) if already else rows.select(["id", "version"])[:0]
            connection.register("seen", seen)
            connection.execute(
                "create temp table fresh as select * exclude (rn) from (select *, row_number() over"
                " (partition by id, version order by 1) as rn from batch) as batch where rn = 1"
                " and not exists (select 1 from seen where seen.id = batch.id"
                " and seen.version = batch.version)"
            )
            distinct = connection.execute("select count(*) from fresh").fetchone()
            latest = (
                "(select id, version, is_deleted, content_digest from (select id, version,"
                " is_deleted, content_digest, row_number() over (partition by id"
                f" order by version desc) as rn from {known} as k"
                " where id in (select id from fresh)) where rn = 1)"
            )
            source_versions = (
                f"select case when latest.is_deleted and latest.version >= fresh.version"
                f" then greatest({now_version}, latest.version + 1) else fresh.version end"
                f" as version, {names} from fresh left join {latest} as latest using (id)"
                f" where (latest.is_deleted and latest.version >= fresh.version) or not exists"
                f" (select 1 from {known} as k where k.id = fresh.id"
                " and k.version = fresh.version)"
            )
            observed = (
                f"select greatest(fresh.version, coalesce(latest.version + 1, 0)) as version,"
                f" {names} from fresh left join {latest} as latest using (id)"
                " where latest.id is null or latest.is_deleted"
                " or latest.content_digest is distinct from fresh.content_digest"
            )
            query = source_versions if table.version else observed
            result = connection.execute(query).to_arrow_table().select(rows.column_names)
        return result.cast(rows.schema), rows.num_rows - (distinct[0] if distinct else 0)

    def not_listed(
        self, table: Table, listed: pa.ChunkedArray, sweep_from: dt.date | None
    ) -> tuple[int, pa.Table]:
        """Live rows in the swept range: how many, and those that were not listed."""
        names = ["id", "version", "known_at", "is_deleted", *(c.name for c in table.columns)]
        columns = ", ".join(f'"{name}"' for name in [*names, "content_digest"])
        column = table.sweep.date_column if table.sweep else None
        swept = f'"{column}" >= ?' if column and sweep_from else "true"
        with self._warehouse.reading() as connection:
            if not self._exists(connection, table.name):
                return 0, pa.table({"id": pa.array([], pa.string())})
            connection.register("listed", pa.table({"id": listed}))
            live = (
                f"(select {columns} from (select *, row_number() over (partition by id"
                f" order by version desc) as rn from {self._finished(table.name)})"
                f" where rn = 1 and not is_deleted and {swept})"
            )
            bound = [sweep_from] if column and sweep_from else []
            count = connection.execute(f"select count(*) from {live}", bound).fetchone()
            gone = connection.execute(
                f"select * from {live} as live where not exists"
                " (select 1 from listed where listed.id = live.id)",
                bound,
            ).to_arrow_table()
        return (count[0] if count else 0), gone
