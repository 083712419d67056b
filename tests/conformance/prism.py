"""npm's Prism as a second opinion: it mocks a vendor from the vendor's own description of its API.

Prism checks that every request of a connector has the described path, parameters, headers and
credentials, and answers with the description's examples. As a proxy it checks an emulated vendor
the same way. What it cannot check (paging, throttling, deletions, increments) is the emulators'
part.

It is installed below ``.cache/prism`` of the checkout, in the version that ``package.json`` names.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from pipelines.arrow import PageParser
from pipelines.contracts import Vendor, Window
from tieout.config import System

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "prism"
INSTALL_SECONDS = 300
START_SECONDS = 60
NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
WINDOWS = (
    Window(),
    Window(since=datetime(2026, 6, 1, 8, 30, tzinfo=UTC)),
    Window(sweep_from=date(2026, 6, 1)),
)


def executable() -> Path:
    """Prism's command, installed on first use; without node the test is skipped by name."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed: Prism cannot run")
    wanted = (HERE / "package.json").read_text(encoding="utf-8")
    mark = CACHE / "package.json"
    command = CACHE / "node_modules" / ".bin" / "prism"
    if command.exists() and mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return command
    CACHE.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    shutil.rmtree(CACHE / "node_modules", ignore_errors=True)
    (CACHE / "package.json").write_text(wanted, encoding="utf-8")
    quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
    run = subprocess.run(
        ["npm", "install", *quiet], cwd=CACHE, capture_output=True, text=True,
        timeout=INSTALL_SECONDS, check=False,
    )  # fmt: skip
    if run.returncode != 0 or not command.exists():
        mark.unlink(missing_ok=True)
        pytest.skip(f"npm could not install Prism: {run.stderr.strip()[-200:]}")
    return command


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def serving(mode: str, spec: str, *upstream: str, log: Path) -> Iterator[str]:
    """Prism over one specification, as ``mock`` or as ``proxy`` in front of an upstream address.

    Yields:
        The address it listens on.
    """
    port = free_port()
    where = ["-h", "127.0.0.1", "-p", str(port)]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [executable(), mode, *where, HERE / "specs" / spec, *upstream],
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until Prism listens, within a bound."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"Prism does not listen:\n{log.read_text(encoding='utf-8')[-2000:]}")


@dataclass
class Reading:
    """What a connector got out of an address, and what Prism objected to.

    Attributes:
        records: table name -> number of records that could be landed.
        rejected: table name -> what was wrong with records that could not.
        violations: Prism's objections, request by request.
        requests: how many requests were made.
    """

    records: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, list[str]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    requests: int = 0

    def note(self, response: requests.Response, *_args: Any, **_options: Any) -> None:
        """Keep what Prism says of one request and answer."""
        self.requests += 1
        for problem in json.loads(response.headers.get("sl-violations", "[]")):
            place = ".".join(problem["location"])
            asked = f"{response.request.method} {response.request.path_url}"
            self.violations.append(f"{asked}: {place}: {problem['message']}")


def read_with(vendor: Vendor, system: System, windows: tuple[Window, ...] = WINDOWS) -> Reading:
    """Read every table of a vendor through every kind of window, landing nothing."""
    reading = Reading()
    assert vendor.session is not None, "the vendor speaks HTTP"
    session = vendor.session(system)
    session._session.hooks["response"].append(reading.note)
    extractor = vendor.extractor(system, session, NOW)
    for table in vendor.tables:
        parser = PageParser(table)
        for window in windows:
            for page in extractor.pages(table, window):
                parsed = parser.parse(page)
                known = reading.records.get(table.name, 0)
                reading.records[table.name] = known + parsed.table.num_rows
                reading.rejected.setdefault(table.name, []).extend(
                    reject.detail for reject in parsed.rejects
                )
    return reading
