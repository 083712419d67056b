"""A process that stops at a named fault point, played inside the process of the test.

Here: the exception that plays the stop and a ledger that writes nothing after it, empty
ledgers by the dozen. Not here: real
processes and real SIGKILL (`tests.nasty.killing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tieout.posting.ledger import Ledger


class Crash(BaseException):
    """The process stopped. Nothing after it is written, `finally` or not."""


class MortalLedger(Ledger):
    """A ledger that writes nothing once its process has stopped."""

    is_dead = False

    @contextmanager
    def writing(self) -> Iterator:
        if self.is_dead:
            raise Crash
        with super().writing() as connection:
            yield connection


@cache
def empty_ledger() -> bytes:
    """A SQLite ledger without a row, made once: migrations take longer than a whole schedule."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        MortalLedger.at(path).close()
        return path.read_bytes()
