"""A process that stops at a named fault point, played inside the process of the test.

Here: the exception that plays the stop and a ledger that writes nothing after it. Not here: real
processes and real SIGKILL (`tests.nasty.killing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
