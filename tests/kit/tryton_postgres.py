"""A real Tryton on a real PostgreSQL, with the sample books: for proofs that take their time.

Here: initialising the database, the server process over it, filling it over HTTP. Not here: Tryton
on SQLite, which every other test uses (`tieout.sandbox.tryton`), and PostgreSQL itself
(`tests.kit.postgres`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.kit.postgres import PostgresServer
from tieout.sandbox.tryton.environment import MODULES, find_installation
from tieout.sandbox.tryton.plan import TrytonPlan
from tieout.sandbox.tryton.seeding import seed
from tieout.sandbox.tryton.server import HOST, TrytonServer, free_port
from tieout.sandbox.tryton.template import ADMIN_PASSWORD, DATABASE, clean_environment

INITIALISE_SECONDS = 1_200


class PostgresTryton(TrytonServer):
    """A server whose database is PostgreSQL's; the configuration stands in its folder already."""

    def start(self) -> None:
        """Start the process and wait until it answers."""
        command = [
            *self._installation.command("trytond"), "-c", str(self.folder / "trytond.conf"),
            "-d", DATABASE,
        ]  # fmt: skip
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env=clean_environment(), start_new_session=True,
            )  # fmt: skip
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise


def connect(postgres: PostgresServer) -> psycopg.Connection:
    """A connection to Tryton's database, to look at the books past Tryton."""
    return psycopg.connect(postgres.url(DATABASE, "postgresql"), autocommit=True)


@contextmanager
def tryton_on(postgres: PostgresServer, folder: Path, plan: TrytonPlan) -> Iterator[TrytonServer]:
    """Initialise, start and fill a Tryton; it is stopped at the end."""
    installation = find_installation()
    with psycopg.connect(postgres.url("postgres", "postgresql"), autocommit=True) as connection:
        connection.execute(f"create database {DATABASE}")
    server = PostgresTryton(installation, folder, free_port())
    configuration, password = folder / "trytond.conf", folder / "password"
    configuration.write_text(
        f"[database]\nuri = {postgres.url('', 'postgresql')}\n"
        f"[web]\nlisten = {HOST}:{server.port}\nroot =\n"
    )
    password.write_text(ADMIN_PASSWORD)
    done = subprocess.run(
        [*installation.command("trytond-admin"), "-c", str(configuration), "-d", DATABASE,
         "-u", *MODULES, "--activate-dependencies", "--email", "admin@sandbox.invalid"],
        env=clean_environment() | {"TRYTONPASSFILE": str(password)},
        capture_output=True, text=True, timeout=INITIALISE_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    server.start()
    try:
        seed(server.url, plan, lambda text: None)
        yield server
    finally:
        server.stop()
