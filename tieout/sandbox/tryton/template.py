"""Databases that are built once and copied: initialising Tryton takes twenty seconds, a copy none.

Here: the initialised, empty database (`base_database`) and the copying. Not here: filling a
database (`seeding`), and the cache of filled ones (`ready`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from filelock import FileLock

from tieout.sandbox.tryton.environment import MODULES, Installation

DATABASE = "erp"
ADMIN_PASSWORD = "sandbox-tryton-admin"  # noqa: S105 - opens the sandbox and nothing else
INITIALISE_SECONDS = 600


class InitialisationFailed(RuntimeError):  # noqa: N818 - named for what happened
    """trytond-admin could not build the database; the message holds the end of its output."""


def write_configuration(file: Path, databases: Path, listen: str = "127.0.0.1:0") -> None:
    """Write a trytond.conf: SQLite files in `databases`, address `listen`, no web client."""
    file.write_text(
        f"[database]\nuri = sqlite://\npath = {databases}\n[web]\nlisten = {listen}\nroot =\n",
        encoding="utf-8",
    )


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database consistently, its write-ahead log included, replacing `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    part.replace(target)


def base_database(installation: Installation, cache: Path) -> Path:
    """The initialised database without a company, built on first use.

    Args:
        installation: the Tryton environment.
        cache: folder of cached databases; one file per set of module versions.

    Raises:
        InitialisationFailed: if trytond-admin fails.
    """
    cache.mkdir(parents=True, exist_ok=True)
    template = cache / f"base-{installation.fingerprint}.sqlite"
    with FileLock(f"{template}.lock", timeout=INITIALISE_SECONDS):
        if not template.exists():
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                copy_database(_initialise(installation, Path(folder)), template)
    return template


def _initialise(installation: Installation, folder: Path) -> Path:
    """Run trytond-admin in `folder` and return the database file."""
    databases = folder / "db"
    databases.mkdir()
    database = databases / f"{DATABASE}.sqlite"
    database.touch()  # trytond-admin refuses a file that does not exist
    configuration, password, log = folder / "trytond.conf", folder / "password", folder / "log"
    write_configuration(configuration, databases)
    password.write_text(ADMIN_PASSWORD, encoding="utf-8")
    command = [
        *installation.command("trytond-admin"),
        "-c", str(configuration), "-d", DATABASE, "-u", *MODULES,
        "--activate-dependencies", "--email", "admin@sandbox.invalid",
    ]  # fmt: skip
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=clean_environment() | {"TRYTONPASSFILE": str(password)},
            timeout=INITIALISE_SECONDS,
            check=False,
        )
    if done.returncode != 0:
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise InitialisationFailed(f"trytond-admin ended with {done.returncode}:\n{tail}")
    return database


def clean_environment() -> dict[str, str]:
    """Our environment without what would steer Tryton or its interpreter elsewhere."""
    unwanted = ("TRYTON", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    return {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}


def remove_folder(folder: Path) -> None:
    """Remove a folder of ours and everything in it, if it exists."""
    shutil.rmtree(folder, ignore_errors=True)
