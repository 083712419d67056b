"""Starting, finding and stopping the sandbox systems of a home.

Here: the sample firm's folder, the one background process (`tieout.sandbox.serve`), its process id
and the question whether every system answers. Not here: the systems themselves
(`tieout.sandbox.vendors`, `tieout.sandbox.tryton`) and their addresses (`supervisor_addresses`).

Below `<home>/sandbox`: `firm/` the firm folder, one folder of state per system, `sandbox.pid`,
`sandbox.log`, `state.json` (what the process says about itself) and `lock`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tieout.config import Firm, Home, load_firm
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.domain.progress import Progress, SilentProgress
from tieout.sandbox.firm import build_firm, write_firm_folder
from tieout.sandbox.firm.generate import DEFAULT_SEED
from tieout.sandbox.supervisor_addresses import answers, free_addresses
from tieout.sandbox.tryton.server import command_line, stop_orphan

SILENCE_SECONDS = 300.0
"""How long a starting process may say nothing new; a large firm's first start takes minutes."""
WAIT_SECONDS = 1800.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.1
MODULE = "tieout.sandbox.serve"
STATE = "state.json"


@dataclass(frozen=True)
class Status:
    """Whether the sandbox of a home runs.

    Attributes:
        urls: system id -> base_url, empty without a firm folder.
        answers: system id -> whether something listens there.
        pid: the background process, if it runs.
        is_ready: whether that process says that it serves everything.
    """

    urls: dict[str, str]
    answers: dict[str, bool]
    pid: int | None
    is_ready: bool = False

    @property
    def running(self) -> bool:
        """True when the process runs, is ready, and every system answers."""
        up = bool(self.answers) and all(self.answers.values())
        return self.pid is not None and self.is_ready and up


def ensure_firm(
    home: Home, seed: int | None = None, size: str | None = None, months: int | None = None
) -> Path:
    """The sample firm's folder, written if it does not exist (or was not written to the end).

    Args:
        home: the installation's home.
        seed: seed of a new firm.
        size: size name or number of workers of a new firm.
        months: months of history of a new firm.

    Raises:
        ConfigError: if no such firm can be built, or if other parameters are asked for than the
            existing firm was made with.
    """
    folder = home.sample_firm
    if (folder / "firm.yml").is_file() and (folder / "crosswalks" / "account.csv").is_file():
        _refuse_other(load_firm(folder), seed, size, months)
        return folder
    try:
        firm = build_firm(
            seed=DEFAULT_SEED if seed is None else seed,
            size=_size(size or "quick"),
            months=3 if months is None else months,
        )
    except ValueError as problem:
        raise ConfigError(
            f"no sample firm can be built: {problem}",
            field="sandbox",
            fix="name quick, small, medium, large or a number of workers, and 2 months or more",
        ) from None
    write_firm_folder(firm, folder, free_addresses())
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


def start(home: Home, progress: Progress | None = None) -> Status:
    """Start the systems in the background and wait until they answer.

    Does nothing if they run. Of two calls at once the second waits for the first.

    Args:
        home: the installation's home.
        progress: told what the background process is doing.

    Raises:
        SystemUnreachable: if they do not all answer in time; the message holds the log's end.
    """
    ensure_firm(home)
    try:
        with FileLock(home.sandbox / "lock", timeout=WAIT_SECONDS):
            return _start(home, progress or SilentProgress())
    except Timeout:
        raise SystemUnreachable(
            "sandbox", "another start takes too long", "look at it: tieout sandbox status"
        ) from None


def _start(home: Home, progress: Progress) -> Status:
    now = status(home)
    if now.running:
        return now
    _stop(home)
    _refuse_taken_ports(status(home))
    log = home.sandbox / "sandbox.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [sys.executable, "-m", MODULE, str(home.path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file(home).write_text(str(process.pid), encoding="utf-8")
    deadline = time.monotonic() + SILENCE_SECONDS
    told = ""
    with progress.stage("sandbox systems") as stage:
        while time.monotonic() < deadline and process.poll() is None:
            words = _own_words(home, process.pid)
            if words.get("phase", told) != told:
                told = str(words["phase"])
                stage.note(told)
                deadline = time.monotonic() + SILENCE_SECONDS
            if words.get("is_ready") and (now := status(home)).running:
                return now
            time.sleep(POLL_SECONDS)
    _stop(home)
    tail = log.read_text(encoding="utf-8", errors="replace")[-1500:]
    raise SystemUnreachable(
        "sandbox",
        f"the systems did not come up (last: {told or 'nothing said'}):\n{tail}",
        f"read {log}, then run the same command again",
    )


def _refuse_taken_ports(now: Status) -> None:
    """Before our process exists nothing of ours listens, so who answers is a stranger."""
    stray = [now.urls[name] for name, up in now.answers.items() if up]
    if stray:
        raise SystemUnreachable(
            "sandbox",
            f"another process answers at {', '.join(stray)}",
            "stop it (another home's sandbox? tieout --home DIR sandbox stop), or change the"
            " addresses in the sample firm's firm.yml",
        )


def stop(home: Home) -> bool:
    """Stop the systems by process id; True if they ran. Their state is kept."""
    with FileLock(home.sandbox / "lock", timeout=WAIT_SECONDS):
        return _stop(home)


def _stop(home: Home) -> bool:
    pid = _running_pid(home)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and _is_ours(home, pid):
            time.sleep(POLL_SECONDS)
        if _is_ours(home, pid):
            os.kill(pid, signal.SIGKILL)
    for name in ("sandbox.pid", STATE):
        (home.sandbox / name).unlink(missing_ok=True)
    # a process that was killed could not stop its ERP server
    for folder in home.sandbox.glob("*/trytond.conf"):
        stop_orphan(folder.parent)
    return pid is not None


def status(home: Home) -> Status:
    """What runs now."""
    if not (home.sample_firm / "firm.yml").is_file():
        return Status({}, {}, None)
    systems = load_firm(home.sample_firm).systems
    urls = {system.id: system.base_url for system in systems if system.base_url}
    pid = _running_pid(home)
    ready = pid is not None and bool(_own_words(home, pid).get("is_ready"))
    return Status(urls, {name: answers(url) for name, url in urls.items()}, pid, ready)


def _own_words(home: Home, pid: int) -> dict[str, Any]:
    """What the process wrote about itself; nothing if it is another process's."""
    try:
        words = json.loads((home.sandbox / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return words if words.get("pid") == pid else {}


def _pid_file(home: Home) -> Path:
    return home.sandbox / "sandbox.pid"


def _is_ours(home: Home, pid: int) -> bool:
    """True if the process serves this home; ids are given again to strangers."""
    line = command_line(pid)
    return MODULE in line and line.rstrip().endswith(str(home.path))


def _running_pid(home: Home) -> int | None:
    file = _pid_file(home)
    text = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    return int(text) if text.isdigit() and _is_ours(home, int(text)) else None
