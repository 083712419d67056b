"""The Tryton server process: start, wait until it answers, stop by process id.

Here: `TrytonServer` over one folder with its database, configuration, log and pid file. Not here:
what is in the database (`template`, `seeding`), and the other sandbox systems
(`tieout.sandbox.supervisor`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from tieout.sandbox.tryton.environment import Installation
from tieout.sandbox.tryton.template import DATABASE, clean_environment, write_configuration

HOST = "127.0.0.1"
START_SECONDS = 90
STOP_SECONDS = 10
POLL_SECONDS = 0.05
_OPENER = build_opener(ProxyHandler({}))


class ServerNotReady(RuntimeError):  # noqa: N818 - named for what happened
    """The server ended or did not answer in time; the message holds the end of its log."""


def free_port(wanted: int = 0) -> int:
    """`wanted` if nothing listens there on 127.0.0.1, else a port that is free now."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerNotReady("no port of 127.0.0.1 is free")


class TrytonServer:
    """One server over the database in its folder.

    Args:
        installation: the Tryton environment.
        folder: holds `db/erp.sqlite`, `trytond.conf`, `server.log` and `pid`.
        port: port of 127.0.0.1, or 0 for any free one.
    """

    def __init__(self, installation: Installation, folder: Path, port: int = 0) -> None:
        self._installation = installation
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "db" / f"{DATABASE}.sqlite"

    @property
    def url(self) -> str:
        """Address of the database, the `base_url` of the system in firm.yml."""
        return f"http://{HOST}:{self.port}/{DATABASE}"

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.folder / "server.log"

    @property
    def pid(self) -> int | None:
        """Process id while the server runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process and running else None

    def start(self) -> None:
        """Start the process and wait until it answers.

        Raises:
            ServerNotReady: if it ends or stays silent for `START_SECONDS`.
        """
        stop_orphan(self.folder)
        self.port = self.port or free_port()
        configuration = self.folder / "trytond.conf"
        write_configuration(configuration, self.database.parent, f"{HOST}:{self.port}")
        # -d loads the modules before the first request; without it no one can log in.
        command = [*self._installation.command("trytond"), "-c", str(configuration), "-d", DATABASE]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=clean_environment(),
                start_new_session=True,
            )
        try:
            (self.folder / "pid").write_text(str(self._process.pid), encoding="utf-8")
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        """Wait for the first answer; the modules are loaded by then, so it is decisive."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.pid is None:
                raise ServerNotReady(f"Tryton ended while starting:\n{self._tail()}")
            status = _status_of(f"{self.url}/rest/model/res.user")
            if status == HTTPStatus.UNAUTHORIZED:  # the database is open and asks who we are
                return
            if status is not None:
                raise ServerNotReady(f"Tryton answers HTTP {status}:\n{self._tail()}")
            time.sleep(POLL_SECONDS)
        raise ServerNotReady(
            f"Tryton did not answer on port {self.port} within {START_SECONDS} s:\n{self._tail()}"
        )

    def _tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def stop(self) -> None:
        """Stop the process if it runs; the database stays."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=STOP_SECONDS)
        (self.folder / "pid").unlink(missing_ok=True)


def _status_of(url: str) -> int | None:
    """HTTP status of a GET, None while nobody listens."""
    try:
        with _OPENER.open(url, timeout=START_SECONDS) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        return refusal.code
    except OSError:
        return None


def stop_orphan(folder: Path) -> None:
    """End a server of this folder whose parent died, so that one process owns the database.

    The process is recognised by its command line, which names this folder's configuration: a
    process id alone may have been given to somebody else.
    """
    file = folder / "pid"
    if not file.exists():
        return
    text = file.read_text(encoding="utf-8").strip()
    pid = int(text) if text.isdigit() else 0
    if pid and str(folder / "trytond.conf") in command_line(pid):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and command_line(pid):
            time.sleep(POLL_SECONDS)
    file.unlink(missing_ok=True)


def command_line(pid: int) -> str:
    """Command line of a process, empty if it does not exist (or is only a finished remnant)."""
    if Path("/proc/self").exists():
        try:
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")
            )
        except OSError:
            return ""
    done = subprocess.run(  # noqa: S603 - fixed arguments
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
