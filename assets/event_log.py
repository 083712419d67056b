"""The event log of the Dagster instance: SQLite, on connections that stay open.

Dagster's own SQLite log opens a connection, compiles its statements and closes it again for every
event, and a close has several thousand of them: for a small firm that took longer than the models.
Here the engine of a shard is kept, with its compiled statements. Files, schema and guarantees are
Dagster's: one transaction per event, WAL. A log that loses its last events with the machine's
power is repaired by running again, so the disk is asked to sync at checkpoints only.

Not here: which instance uses it (`assets.instance`).
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

BUSY_TIMEOUT_SECONDS = 60
ENGINES_MAX = 8
"""Shards kept open at once: the index, the run at hand, and what the UI is showing."""


class PooledEventLogStorage(SqliteEventLogStorage):
    """`SqliteEventLogStorage` that keeps one connection per shard."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Self:
        """As Dagster makes it from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        """The engine of a shard; the one unused for longest makes room."""
        if shard in self._engines:
            self._engines.move_to_end(shard)
            return self._engines[shard]
        if len(self._engines) >= ENGINES_MAX:
            self._engines.popitem(last=False)[1].dispose()
        engine = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,  # one connection; the lock above lets one thread use it at a time
            connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _sync_at_checkpoints)
        self._engines[shard] = engine
        return engine

    def delete_events(self, run_id: str) -> None:
        """Forget a run; its file is let go of first."""
        with self._db_lock:
            engine = self._engines.pop(run_id, None)
            if engine is not None:
                engine.dispose()
        super().delete_events(run_id)

    def dispose(self) -> None:
        """Close every connection."""
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()
        super().dispose()


def _sync_at_checkpoints(connection: Any, _record: object) -> None:
    connection.execute("pragma synchronous = normal")
