"""Starting, finding and stopping the sandbox systems of a home.

Here: the sample firm's folder, the one background process (`tieout.sandbox.serve`), its process id
and the question whether every system answers. Not here: the systems themselves
(`tieout.sandbox.vendors`, `tieout.sandbox.tryton`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tieout.config import Firm, Home, load_firm
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.sandbox.firm import build_firm, write_firm_folder
from tieout.sandbox.firm.generate import DEFAULT_SEED
from tieout.sandbox.tryton.server import command_line, free_port

START_SECONDS = 240.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.1
_MODULE = "tieout.sandbox.serve"

# system id -> preferred port and the path its base_url ends in
ADDRESSES: dict[str, tuple[int, str]] = {
    "harvest_us": (9401, "/v2"),
    "kantata": (9402, "/api/v1"),
    "bamboohr": (9403, ""),
    "concur": (9404, "/api/v3.0"),
    "netsuite": (9405, ""),
    "tryton_uk": (9406, "/erp"),
}


@dataclass(frozen=True)
class Status:
    """Whether the sandbox of a home runs.

    Attributes:
        urls: system id -> base_url, empty without a firm folder.
        answers: system id -> whether something listens there.
        pid: the background process, if it runs.
    """

    urls: dict[str, str]
    answers: dict[str, bool]
    pid: int | None

    @property
    def running(self) -> bool:
        """True when the process runs and every system answers."""
        return self.pid is not None and bool(self.answers) and all(self.answers.values())


def ensure_firm(
    home: Home, seed: int | None = None, size: str | None = None, months: int | None = None
) -> Path:
    """The sample firm's folder, written if it does not exist.

    Args:
        home: the installation's home.
        seed: seed of a new firm.
        size: size name or number of workers of a new firm.
        months: months of history of a new firm.

    Raises:
        ConfigError: if other parameters are asked for than the existing firm was made with.
    """
    folder = home.sample_firm
    if (folder / "firm.yml").is_file():
        _refuse_other(load_firm(folder), seed, size, months)
        return folder
    firm = build_firm(
        seed=DEFAULT_SEED if seed is None else seed, size=_size(size or "quick"), months=months or 3
    )
    urls = {}
    for system, (port, path) in ADDRESSES.items():
        urls[system] = f"http://127.0.0.1:{free_port(port)}{path}"
    write_firm_folder(firm, folder, urls)
    return folder


def _size(size: str | int) -> str | int:
    return int(size) if str(size).isdigit() else size


def _refuse_other(firm: Firm, seed: int | None, size: str | None, months: int | None) -> None:
    made = firm.sandbox
    asked = {"seed": seed, "size": size, "months": months}
    for name, value in asked.items():
        if value is not None and made is not None and str(getattr(made, name)) != str(value):
            raise ConfigError(
                f"the sample firm of this home was made with {name} {getattr(made, name)}",
                file=str(firm.folder / "firm.yml"),
                field=f"sandbox.{name}",
                fix="use another --home for another firm",
            )


def start(home: Home) -> Status:
    """Start the systems in the background and wait until they answer.

    Raises:
        SystemUnreachable: if they do not all answer in time; the message holds the log's end.
    """
    ensure_firm(home)
    now = status(home)
    if now.running:
        return now
    if now.pid is not None:
        stop(home)
    log = home.sandbox / "sandbox.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [sys.executable, "-m", _MODULE, str(home.path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file(home).write_text(str(process.pid), encoding="utf-8")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        now = status(home)
        if now.running:
            return now
        time.sleep(POLL_SECONDS)
    silent = ", ".join(name for name, up in status(home).answers.items() if not up)
    stop(home)
    tail = log.read_text(encoding="utf-8", errors="replace")[-1500:]
    raise SystemUnreachable(
        "sandbox", f"no answer from {silent or 'the sandbox'}:\n{tail}", f"read {log}"
    )


def stop(home: Home) -> bool:
    """Stop the background process by its id; True if there was one. State is kept."""
    pid = _running_pid(home)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and _MODULE in command_line(pid):
            time.sleep(POLL_SECONDS)
        if _MODULE in command_line(pid):
            os.kill(pid, signal.SIGKILL)
    _pid_file(home).unlink(missing_ok=True)
    return pid is not None


def status(home: Home) -> Status:
    """What runs now."""
    if not (home.sample_firm / "firm.yml").is_file():
        return Status({}, {}, None)
    urls = {system.id: system.base_url for system in load_firm(home.sample_firm).systems}
    return Status(urls, {name: _answers(url) for name, url in urls.items()}, _running_pid(home))


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=1.0):
            return True
    except OSError:
        return False


def _pid_file(home: Home) -> Path:
    return home.sandbox / "sandbox.pid"


def _running_pid(home: Home) -> int | None:
    """The process of the pid file, if it is ours and runs; ids are given again to strangers."""
    file = _pid_file(home)
    text = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    if text.isdigit() and _MODULE in command_line(int(text)):
        return int(text)
    return None
