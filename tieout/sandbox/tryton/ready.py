"""The short way to a filled, running Tryton: copy a cached database, start the server.

Here: `ready_server` (a firm's or a plan's Tryton in a folder) and the cache of filled databases,
which lies outside the repository's history and can be deleted at any time. Not here: the other
sandbox systems (`tieout.sandbox.supervisor`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from tieout.sandbox.tryton.backdating import backdate
from tieout.sandbox.tryton.environment import Installation, cache_folder, find_installation
from tieout.sandbox.tryton.plan import TrytonPlan
from tieout.sandbox.tryton.seeding import seed
from tieout.sandbox.tryton.server import TrytonServer
from tieout.sandbox.tryton.template import base_database, copy_database

FILL_SECONDS = 3600
SEED_REVISION = 2
"""Counted up when `seeding` or `books` create other records from the same plan."""


def ready_server(
    plan: TrytonPlan,
    folder: Path,
    port: int = 0,
    cache: Path | None = None,
    note: Callable[[str], None] | None = None,
) -> TrytonServer:
    """A running server whose database holds the plan.

    Args:
        plan: what the database shall hold if it does not exist yet in `folder`.
        folder: the server's folder; a database in it is kept as it is, with all that was posted.
        port: port of 127.0.0.1, or 0 for any free one.
        cache: folder of cached databases; default `cache_folder()`.
        note: told what is being done, often enough to see that it goes on.

    Returns:
        The server, answering; the caller stops it.

    Raises:
        ConfigError: if Tryton is not installed.
        ServerNotReady: if it does not start.
    """
    installation = find_installation()
    server = TrytonServer(installation, folder, port)
    note = note or _say_nothing
    if not server.database.exists():
        filled = filled_database(installation, plan, cache or cache_folder(), note)
        copy_database(filled, server.database)
    note("starting Tryton")
    server.start()
    return server


def filled_database(
    installation: Installation, plan: TrytonPlan, cache: Path, note: Callable[[str], None]
) -> Path:
    """The database that holds the plan, filled over HTTP on first use."""
    note("initialising Tryton's database (once, about twenty seconds)")
    base = base_database(installation, cache)
    name = f"filled-{installation.fingerprint}-{SEED_REVISION}-{plan.fingerprint}.sqlite"
    filled = cache / name
    with FileLock(f"{filled}.lock", timeout=FILL_SECONDS):
        if not filled.exists():
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                server = TrytonServer(installation, Path(folder))
                copy_database(base, server.database)
                note("starting Tryton to fill its database (once per firm)")
                server.start()
                try:
                    seed(server.url, plan, note)
                finally:
                    server.stop()
                backdate(server.database, plan)
                copy_database(server.database, filled)
    return filled


def _say_nothing(text: str) -> None:
    """Nobody watches."""
    del text
