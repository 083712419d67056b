"""The database behind the emulated NetSuite account: one SQLite file that survives a restart.

Here: opening (WAL, every commit on the disk before the answer leaves), one lock around every use
because the server answers from several threads, small row helpers, and the counter of internal
ids. Not here: the tables (`netsuite_tables`) and what is written into them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tieout.sandbox.vendors.netsuite_tables import TABLES, ddl, held

_OWN_TABLES: Final = (
    "create table if not exists _meta (name text primary key, value text not null)",
    (
        "create table if not exists _job (id integer primary key, idempotency_key text unique, "
        "method text, path text, headers text, body text, progress text, started text, "
        "ended text, status integer, answer text, location text)"
    ),
)


class Store:
    """The account's state.

    Args:
        path: the database file, or None for an account that lives as long as the object.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        if path is not None:
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = full")
        with self.transaction():
            for statement in (*ddl(), *_OWN_TABLES):
                self._connection.execute(statement)
            self._connection.execute("insert or ignore into dual (dummy) values ('X')")

    @contextmanager
    def exclusive(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        with self._lock:
            yield self._connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together, or none; nested use joins the outer one."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
            return found

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        """One write."""
        with self.transaction():
            self._connection.execute(statement, values)

    def put(self, table: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Insert or replace whole rows; columns a record does not name become null."""
        columns = TABLES[table]
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" for _ in columns)
        values = [tuple(held(record.get(name)) for name in columns) for record in records]
        with self.transaction():
            self._connection.executemany(
                f'insert or replace into "{table}" ({names}) values ({marks})', values
            )

    def by_id(self, table: str, key: Any) -> sqlite3.Row | None:
        """A row by its internal id; None also when the id is no number."""
        text = str(key)
        if not text.lstrip("-").isdigit():
            return None
        return self.row(f'select * from "{table}" where id = ?', (int(text),))

    def meta(self, name: str) -> str | None:
        """A remembered setting."""
        found = self.row("select value from _meta where name = ?", (name,))
        return None if found is None else str(found["value"])

    def remember(self, name: str, value: str) -> None:
        """Remember a setting durably."""
        self.execute("insert or replace into _meta (name, value) values (?, ?)", (name, value))

    def next_id(self) -> int:
        """A fresh internal id; ids are never given twice, also after a deletion."""
        with self.transaction():
            number = int(self.meta("next_id") or "1")
            self.remember("next_id", str(number + 1))
        return number

    def close(self) -> None:
        """Close the database; the state stays in its file."""
        with self._lock:
            self._connection.close()
