"""The database behind the emulated company: journals, their lines, and general ledger entries.

Here: one SQLite file that survives a restart (or memory), one lock around every use because the
server answers from several threads, and the rows as the API shows them. Not here: what a line must
be (`business_central_journals`), master data, which is the firm's (`business_central_master`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

TABLES: Final = (
    (
        "create table if not exists journal (id text primary key, code text unique not null, "
        "body text not null)"
    ),
    (
        "create table if not exists line (id text primary key, journal text not null, "
        "number integer not null, body text not null)"
    ),
    (
        "create table if not exists entry (number integer primary key autoincrement, "
        "body text not null)"
    ),
)


class Store:
    """The company's journals and ledger.

    Args:
        path: the database file, or None for a company that lives as long as the object.
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
            for statement in TABLES:
                self._connection.execute(statement)

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

    def journals(self) -> list[dict[str, Any]]:
        """Every journal, by code."""
        return self._bodies("select body from journal order by code")

    def journal(self, journal_id: str) -> dict[str, Any] | None:
        """One journal, or None."""
        found = self._bodies("select body from journal where id = ?", (journal_id,))
        return found[0] if found else None

    def has_code(self, code: str) -> bool:
        """Whether a journal has that code."""
        return bool(self._bodies("select body from journal where code = ?", (code,)))

    def add_journal(self, body: Mapping[str, Any]) -> None:
        """Keep a new journal."""
        self._execute(
            "insert into journal (id, code, body) values (?, ?, ?)",
            (body["id"], body["code"], _text(body)),
        )

    def remove_journal(self, journal_id: str) -> None:
        """Forget a journal and its lines."""
        with self.transaction():
            self.remove_lines(journal_id)
            self._execute("delete from journal where id = ?", (journal_id,))

    def lines(self, journal_id: str) -> list[dict[str, Any]]:
        """The lines of a journal, in order."""
        return self._bodies(
            "select body from line where journal = ? order by number", (journal_id,)
        )

    def add_line(self, body: Mapping[str, Any]) -> None:
        """Keep a new line."""
        self._execute(
            "insert into line (id, journal, number, body) values (?, ?, ?, ?)",
            (body["id"], body["journalId"], body["lineNumber"], _text(body)),
        )

    def remove_lines(self, journal_id: str) -> None:
        """Forget the lines of a journal."""
        self._execute("delete from line where journal = ?", (journal_id,))

    def entries(self) -> list[dict[str, Any]]:
        """Every general ledger entry, oldest first."""
        with self._lock:
            rows = self._connection.execute("select number, body from entry order by number")
            return [{**_parsed(row["body"]), "entryNumber": row["number"]} for row in rows]

    def add_entry(self, body: Mapping[str, Any]) -> None:
        """Keep a new entry under the next number."""
        self._execute("insert into entry (body) values (?)", (_text(body),))

    def _execute(self, statement: str, values: Sequence[Any]) -> None:
        with self.transaction():
            self._connection.execute(statement, values)

    def _bodies(self, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        with self._lock:
            return [_parsed(row["body"]) for row in self._connection.execute(statement, values)]

    def close(self) -> None:
        """Close the database; the state stays in its file."""
        with self._lock:
            self._connection.close()


def _text(body: Mapping[str, Any]) -> str:
    """A record as text; a decimal is kept as its digits."""
    plain = {
        name: {"decimal": str(value)} if isinstance(value, Decimal) else value
        for name, value in body.items()
    }
    return json.dumps(plain)


def _parsed(text: str) -> dict[str, Any]:
    return {
        name: Decimal(value["decimal"]) if isinstance(value, dict) else value
        for name, value in json.loads(text).items()
    }
