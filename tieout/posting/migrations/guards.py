"""Triggers by which the store itself refuses to rewrite the ledger.

Here: making them for a table, on SQLite and PostgreSQL. A revision that adds a table guards it.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

APPEND_ONLY = "the posting ledger is append-only"


def guard_store(connection: Connection) -> None:
    """Make what the triggers of every table call."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(
            "create function refuse_rewriting() returns trigger language plpgsql as"
            f" $$ begin raise exception '{APPEND_ONLY}'; end $$"
        )


def guard_table(connection: Connection, table: str) -> None:
    """Refuse UPDATE and DELETE on a table from now on."""
    for verb in ("update", "delete"):
        action = (
            f"begin select raise(abort, '{APPEND_ONLY}'); end"
            if connection.dialect.name == "sqlite"
            else "for each statement execute function refuse_rewriting()"
        )
        connection.exec_driver_sql(
            f"create trigger {table}_no_{verb} before {verb} on {table} {action}"
        )
