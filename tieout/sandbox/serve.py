"""The background process of the sandbox: `python -m tieout.sandbox.serve HOME`.

Serves the five emulated systems on the ports of the sample firm's folder and runs the Tryton
server. State lies under the home, so that a restart shows what was posted before. The instant shown
is that of firm.yml; a file `clock` beside the state moves it (an ISO timestamp). Ends on SIGTERM,
its Tryton server with it. Not here: starting this process and asking after it (`supervisor`).
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from types import FrameType
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tieout.config import Firm, Home, load_firm
from tieout.domain.clock import parse_timestamp
from tieout.sandbox.firm import SandboxFirm, build_firm
from tieout.sandbox.supervisor import STATE
from tieout.sandbox.tryton.plan import plan_of
from tieout.sandbox.tryton.ready import ready_server


class QuietHandler(WSGIRequestHandler):
    """Keeps connections alive and writes no line per request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are in each system's own log (`GET /__sandbox__/log`)."""


def sample_firm(firm: Firm) -> SandboxFirm:
    """The sample firm that a firm folder describes.

    Raises:
        SystemExit: if the folder is not that of a sample firm.
    """
    made = firm.sandbox
    if made is None:
        raise SystemExit(f"{firm.folder}: this firm is no sandbox")
    size = int(made.size) if str(made.size).isdigit() else made.size
    return build_firm(made.seed, size, made.months, made.last_month or "2026-06")


def moving_clock(home: Home, firm: Firm) -> Callable[[], datetime]:
    """The instant the systems show, read again at every request."""
    file = home.sandbox / "clock"
    pinned = firm.sandbox.now if firm.sandbox else datetime.now(tz=UTC)
    start = pinned if pinned.tzinfo else pinned.replace(tzinfo=UTC)

    def now() -> datetime:
        return parse_timestamp(file.read_text(encoding="utf-8")) if file.exists() else start

    return now


def servers(home: Home, firm: Firm, data: SandboxFirm) -> list[BaseWSGIServer]:
    """One threaded server per emulated system, bound but not serving yet."""
    clock = moving_clock(home, firm)
    bound = []
    for system in firm.systems:
        if system.vendor in ("tryton", "csv_tables"):
            continue
        state = home.sandbox / system.id
        state.mkdir(exist_ok=True)
        vendor = importlib.import_module(f"tieout.sandbox.vendors.{system.vendor}")
        address = urlsplit(system.base_url)
        bound.append(
            make_server(
                address.hostname or "127.0.0.1",
                address.port or 0,
                vendor.create_app(data, clock, state),
                threaded=True,
                request_handler=QuietHandler,
            )
        )
    return bound


def tell(home: Home, phase: str, *, is_ready: bool = False) -> None:
    """Say what this process is doing, whole or not at all."""
    part = home.sandbox / f"{STATE}.part"
    words = {"pid": os.getpid(), "phase": phase, "is_ready": is_ready}
    part.write_text(json.dumps(words), encoding="utf-8")
    part.replace(home.sandbox / STATE)


def end(number: int, frame: FrameType | None) -> None:
    """Leave at once, through every `finally`, so that no server is left behind.

    Raises:
        SystemExit: always.
    """
    del number, frame
    raise SystemExit(0)


def main(home_path: str) -> None:
    """Serve until told to stop."""
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    home = Home(home_path)
    tell(home, "building the sample firm")
    firm = load_firm(home.sample_firm)
    data = sample_firm(firm)
    with ExitStack() as running:
        tell(home, "starting the emulated systems")
        for server in servers(home, firm, data):
            threading.Thread(target=server.serve_forever, daemon=True).start()
            running.callback(server.shutdown)
        for system in firm.systems:
            if system.vendor == "tryton":
                port = urlsplit(system.base_url).port or 0
                erp = ready_server(
                    plan_of(data),
                    home.sandbox / system.id,
                    port,
                    note=lambda phase: tell(home, phase),
                )
                running.callback(erp.stop)
        tell(home, "serving", is_ready=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
