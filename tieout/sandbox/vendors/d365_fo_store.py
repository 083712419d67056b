"""The state behind the emulated Dynamics 365 F&O: records in one SQLite file, or in memory.

Here: numbered JSON records per kind, each write on the disk before the answer leaves, and one lock
because the server answers from several threads. Not here: what a record means.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import simplejson


class Store:
    """The environment's state.

    Args:
        path: the database file, or None for one that lives as long as the object.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
        )
        self._lock = threading.RLock()
        self._connection.execute(
            "create table if not exists record (number integer primary key autoincrement, "
            "kind text not null, body text not null)"
        )
        self._connection.execute("create index if not exists by_kind on record (kind, number)")

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

    def add(self, kind: str, body: Mapping[str, Any]) -> int:
        """Keep a new record; returns its number, which is never given twice."""
        with self.transaction():
            text = simplejson.dumps(body, use_decimal=True)
            done = self._connection.execute(
                "insert into record (kind, body) values (?, ?)", (kind, text)
            )
            return int(done.lastrowid or 0)

    def save(self, number: int, body: Mapping[str, Any]) -> None:
        """Replace a record."""
        with self.transaction():
            text = simplejson.dumps(body, use_decimal=True)
            self._connection.execute("update record set body = ? where number = ?", (text, number))

    def remove(self, number: int) -> None:
        """Delete a record."""
        with self.transaction():
            self._connection.execute("delete from record where number = ?", (number,))

    def rows(self, kind: str) -> list[tuple[int, dict[str, Any]]]:
        """Number and body of every record of a kind, oldest first."""
        with self._lock:
            found = self._connection.execute(
                "select number, body from record where kind = ? order by number", (kind,)
            ).fetchall()
        return [(number, simplejson.loads(body, use_decimal=True)) for number, body in found]

    def close(self) -> None:
        """Close the database; the state stays in its file."""
        with self._lock:
            self._connection.close()
