"""Turns at a target among machines that share a ledger.

Here: an advisory lock of PostgreSQL per target. Not here: the lock file beside the ledger, which
keeps processes of one machine apart (`tieout.posting.run`); a SQLite ledger is shared by nobody
else.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine

TURNS_LOCK = 7_210_002
POLL_SECONDS = 0.25


class TurnTaken(TimeoutError):  # noqa: N818 - named for what happened
    """Another machine holds the target's turn."""


@contextmanager
def turn(engine: Engine, target: str, wait_seconds: float) -> Iterator[None]:
    """Hold the turn at a target; PostgreSQL takes it back when the connection ends.

    Args:
        engine: The ledger's store.
        target: The ERP's system id.
        wait_seconds: How long to wait for another machine.

    Raises:
        TurnTaken: Another machine held it all the time.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    names = (TURNS_LOCK, target)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for poll in range(math.ceil(max(0.0, wait_seconds) / POLL_SECONDS) + 1):
            if poll:
                time.sleep(POLL_SECONDS)
            taken = "select pg_try_advisory_lock(%s, hashtext(%s))"
            if connection.exec_driver_sql(taken, names).scalar_one():
                break
        else:
            raise TurnTaken(target)
        try:
            yield
        finally:
            # the connection goes back to its pool and would keep the lock
            connection.exec_driver_sql("select pg_advisory_unlock(%s, hashtext(%s))", names)
