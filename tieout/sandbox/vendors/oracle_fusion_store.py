"""The state behind the emulated Oracle Fusion pod: records as JSON in one SQLite file.

Here: saving and reading records by kind and number, and counters. One lock guards every use,
because the server answers from several threads; a commit is on the disk before an answer leaves.
Not here: what the records mean (`oracle_fusion_jobs`, `_costs`, `_journals`, `_master`).
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
    """The pod's records.

    Args:
        path: the database file, or None for a pod that lives as long as the object.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
        )
        self._lock = threading.RLock()
        if path is not None:
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = full")
        self._connection.execute(
            "create table if not exists record "
            "(kind text, id text, number integer, body text, primary key (kind, id))"
        )
        self._connection.execute(
            "create table if not exists counter (name text primary key, value integer)"
        )

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

    def put(self, kind: str, key: str | int, body: Mapping[str, Any]) -> None:
        """Save or replace a record; exact decimals stay exact."""
        text = simplejson.dumps(body, use_decimal=True)
        number = int(key) if str(key).isdigit() else 0
        with self.transaction():
            self._connection.execute(
                "insert or replace into record (kind, id, number, body) values (?, ?, ?, ?)",
                (kind, str(key), number, text),
            )

    def get(self, kind: str, key: str | int) -> dict[str, Any] | None:
        """A record, or None."""
        with self._lock:
            found = self._connection.execute(
                "select body from record where kind = ? and id = ?", (kind, str(key))
            ).fetchone()
        return None if found is None else _read(found[0])

    def all(self, kind: str) -> list[dict[str, Any]]:
        """All records of a kind, by number."""
        with self._lock:
            found = self._connection.execute(
                "select body from record where kind = ? order by number, id", (kind,)
            ).fetchall()
        return [_read(row[0]) for row in found]

    def remove(self, kind: str, key: str | int) -> None:
        """Take a record away."""
        with self.transaction():
            self._connection.execute(
                "delete from record where kind = ? and id = ?", (kind, str(key))
            )

    def next(self, name: str, first: int) -> int:
        """A fresh number; numbers are never given twice."""
        with self.transaction():
            found = self._connection.execute(
                "select value from counter where name = ?", (name,)
            ).fetchone()
            number = first if found is None else int(found[0]) + 1
            self._connection.execute(
                "insert or replace into counter (name, value) values (?, ?)", (name, number)
            )
        return number

    def close(self) -> None:
        """Close the database; the state stays in its file."""
        with self._lock:
            self._connection.close()


def _read(text: str) -> dict[str, Any]:
    body: dict[str, Any] = simplejson.loads(text, use_decimal=True)
    return body
