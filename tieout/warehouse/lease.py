"""One reading connection for questions that follow each other closely.

Opening a warehouse of a thousand relations costs a quarter of a second of processor time, whatever
is asked, and an extraction asks several times per table. A lease keeps the connection for the next
question, but never for long: a timer gives the file back while the source is being read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import duckdb

from tieout.warehouse.connection import Warehouse

HELD_SECONDS = 1.0


class ReadingLease:
    """Questions to the warehouse, each on a cursor of its own.

    Args:
        warehouse: the warehouse.
        seconds: how long after it was opened the file stays open for the next question; the lock
            is held as long. A question that runs longer is not interrupted.
    """

    def __init__(self, warehouse: Warehouse, seconds: float = HELD_SECONDS) -> None:
        self._warehouse = warehouse
        self._seconds = seconds
        self._mutex = threading.RLock()
        self._held: ExitStack | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._timer: threading.Timer | None = None

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question; temporary tables and registered names end with it.

        Raises:
            WarehouseBusy: if the lock is not free in time.
        """
        with self._mutex:
            cursor = (self._connection or self._opened()).cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    def release(self) -> None:
        """Close the file and give the lock back, as before anything writes."""
        with self._mutex:
            if self._timer is not None:
                self._timer.cancel()
            if self._held is not None:
                self._held.close()
            self._timer = self._held = self._connection = None

    def _opened(self) -> duckdb.DuckDBPyConnection:
        with ExitStack() as stack:
            connection = stack.enter_context(self._warehouse.reading())
            self._held = stack.pop_all()
        self._connection = connection
        self._timer = threading.Timer(self._seconds, self.release)
        self._timer.daemon = True
        self._timer.start()
        return connection
