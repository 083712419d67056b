"""A PostgreSQL server of one's own, for tests that need the real one.

Here: a new cluster in a folder, a server on a free port of 127.0.0.1, empty databases on request.
The server refuses to run as root; then it runs as the `postgres` user of the Debian package.
"""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

START_SECONDS = 60
STOP_SECONDS = 30


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, newest version first; None when it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _version(path: Path) -> int:
    return int(path.parent.parent.name.split(".")[0])


class PostgresServer:
    """One running server; every database made by `database()` is empty."""

    def __init__(self, folder: Path, port: int, user: str) -> None:
        self.folder, self.port, self.user = folder, port, user
        self._numbers = itertools.count(1)

    def url(self, database: str, scheme: str = "postgresql+psycopg") -> str:
        """The address of a database, for SQLAlchemy or (scheme `postgresql`) for others."""
        return f"{scheme}://{self.user}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """Make an empty database and return its address for SQLAlchemy."""
        name = f"tieout_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres", "postgresql"), autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        return self.url(name)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server in a folder of its own and stop it, with everything it stored."""
    found = programs()
    assert found is not None, "PostgreSQL is not installed: make postgresql"
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="tieout-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        data, log = folder / "data", folder / "log"
        _run(user, [str(found / "initdb"), "-D", str(data), "-A", "trust", "-U", user, "-N"])
        port = _free_port()
        command = [
            *_as(user), str(found / "postgres"), "-D", str(data), "-h", "127.0.0.1",
            "-p", str(port), "-k", str(folder), "-c", "fsync=off", "-c", "max_connections=60",
        ]  # fmt: skip
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            server = PostgresServer(folder, port, user)
            _wait(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as(user: str) -> list[str]:
    """The prefix that runs a program as the user; `exec`ed, so its process id is the program's."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]


def _run(user: str, command: Sequence[str]) -> None:
    done = subprocess.run(
        [*_as(user), *command], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _wait(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        assert process.poll() is None, log.read_text()
        try:
            psycopg.connect(server.url("postgres", "postgresql"), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(log.read_text())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for the whole session; skipped by name where PostgreSQL is missing, not in CI."""
    if programs() is None and "CI" not in os.environ:
        pytest.skip("PostgreSQL is not installed (make postgresql)")
    with postgres_server() as server:
        yield server
