"""The state of an emulated SAP tenant: posted items and taken messages, in SQLite.

Here: the two tables and their rows. With a path every commit is on the disk before an answer
leaves and survives a restart. Not here: what is written (`sap_s4hana_messages`) and asked
(`sap_s4hana_odata`).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

FIRST_DOCUMENT: Final = 100_000_000
_DDL: Final = (
    (
        "create table if not exists item (document integer, item integer, fields text, "
        "primary key (document, item))"
    ),
    (
        "create table if not exists message (number integer primary key, id text, body blob, "
        "due text, is_done integer default 0)"
    ),
)


class SapStore:
    """The tenant's tables.

    Args:
        path: the database file, or None for a tenant that lives as long as the object.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None
        )
        self._lock = threading.RLock()
        for statement in _DDL:
            self._connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together, or none."""
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

    def items(self) -> list[dict[str, Any]]:
        """Every item in the books, in the order of its key."""
        with self._lock:
            rows = self._connection.execute("select fields from item order by document, item")
            return [json.loads(fields) for (fields,) in rows.fetchall()]

    def next_document(self) -> int:
        """A fresh document number; the numbers are consecutive."""
        with self._lock:
            (newest,) = self._connection.execute("select max(document) from item").fetchone()
        return FIRST_DOCUMENT if newest is None else int(newest) + 1

    def put(self, document: int, items: Sequence[Mapping[str, Any]]) -> None:
        """Write the items of a document; the same document again replaces them."""
        with self.transaction():
            self._connection.executemany(
                "insert or replace into item values (?, ?, ?)",
                [(document, n, json.dumps(row)) for n, row in enumerate(items, start=1)],
            )

    def take(self, message_id: str, body: bytes, due: datetime) -> None:
        """Keep a message until it is carried out."""
        with self.transaction():
            self._connection.execute(
                "insert into message (id, body, due) values (?, ?, ?)",
                (message_id, body, due.isoformat()),
            )

    def knows(self, message_id: str) -> bool:
        """Whether a message with this id was taken before."""
        with self._lock:
            found = self._connection.execute(
                "select 1 from message where id = ? limit 1", (message_id,)
            )
            return found.fetchone() is not None

    def due(self, moment: datetime) -> list[tuple[int, bytes]]:
        """Numbers and bodies of the messages to be carried out, in the order they came."""
        with self._lock:
            rows = self._connection.execute(
                "select number, body from message where is_done = 0 and due <= ? order by number",
                (moment.isoformat(),),
            )
            return [(int(number), bytes(body)) for number, body in rows.fetchall()]

    def done(self, number: int) -> None:
        """Mark a message as carried out."""
        with self.transaction():
            self._connection.execute("update message set is_done = 1 where number = ?", (number,))

    def close(self) -> None:
        """Close the database; the state stays in its file."""
        with self._lock:
            self._connection.close()
