"""Giving the history of a sandbox Tryton its own dates of entry.

Here: `backdate`. Tryton stamps every record with its own clock and lets nobody set the stamp over
HTTP, so a history seeded today would look as if booked today, and every age and latency of the
sample firm would be wrong. While the server is down, the stamps of the seeded moves are therefore
set in the database file to the instants at which the firm's story has them entered: the only
thing about a sandbox Tryton that does not go over HTTP. Amounts, dates and states are untouched.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tieout.sandbox.tryton.plan import TrytonPlan

_STAMP = "%Y-%m-%d %H:%M:%S.%f"


def backdate(database: Path, plan: TrytonPlan, now: datetime | None = None) -> bool:
    """Stamp the moves of a freshly seeded database with the plan's instants.

    Args:
        database: the SQLite file of a server that is not running.
        plan: what the database was seeded with; moves were created in its order.
        now: the server's clock, by default the real time.

    Returns:
        False if nothing was changed because the history lies ahead of the server's clock: stamps
        in its future would hide what is booked next from readers who ask for what is new.

    Raises:
        ValueError: if the database does not hold the plan's moves.
    """
    instants = [move.entered_at for move in plan.moves]
    known = [instant for instant in instants if instant is not None]
    if not known or max(known) > (now or datetime.now(tz=UTC)):
        return False
    with closing(sqlite3.connect(database)) as connection, connection:
        rows = connection.execute("select id, write_date from account_move order by id").fetchall()
        if len(rows) != len(plan.moves):
            raise ValueError(f"{len(rows)} moves in the database, {len(plan.moves)} in the plan")
        for (move_id, written), instant in zip(rows, instants, strict=True):
            if instant is None:
                continue
            stamp = instant.astimezone(UTC).strftime(_STAMP)
            connection.execute(
                "update account_move set create_date = ?, write_date = ?,"
                " post_date = case when post_date is null then null else ? end where id = ?",
                (stamp, stamp if written else None, stamp[:10], move_id),
            )
            connection.execute(
                "update account_move_line set create_date = ? where move = ?", (stamp, move_id)
            )
    return True
