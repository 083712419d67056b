"""Opening the warehouse: every opener of every process holds the same file lock.

DuckDB allows one process at a time with one configuration; the kernel drops the lock of a killed
process. The lock is not held during HTTP, but for the moment that a `ReadingLease` lasts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from tieout.config.paths import Home
from tieout.domain.errors import TieoutError

_WAIT_SECONDS = 1800.0


class WarehouseBusy(TieoutError):  # noqa: N818 - named for what happened
    """Another process held the warehouse for longer than we wait; running again is safe."""

    exit_code = 3


class Warehouse:
    """The warehouse of one home.

    Args:
        home: the installation's home.
        wait_seconds: how long to wait for the lock.
    """

    def __init__(self, home: Home, wait_seconds: float = _WAIT_SECONDS) -> None:
        self.path: Path = home.warehouse
        self._lock = FileLock(str(home.lock), thread_local=False)
        self._wait = wait_seconds

    @contextmanager
    def locked(self) -> Iterator[Path]:
        """Hold the lock without opening the file, for tools that open it themselves.

        Raises:
            WarehouseBusy: if the lock is not free in time.
        """
        try:
            with self._lock.acquire(timeout=self._wait):
                yield self.path
        except Timeout:
            raise WarehouseBusy(
                f"the warehouse {self.path} is in use by another run\n"
                "  fix: wait for that run, then run the same command again"
            ) from None

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that may write, closed and unlocked at the end."""
        with self.locked() as path:
            connection = duckdb.connect(str(path))
            try:
                yield connection
            finally:
                connection.close()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for reading, closed and unlocked at the end.

        The file is made if it does not exist, so that a first run can ask what is known.
        """
        with self.locked() as path:
            connection = duckdb.connect(str(path), read_only=path.exists())
            try:
                yield connection
            finally:
                connection.close()
