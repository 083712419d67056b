"""The background process of the sandbox: `python -m tieout.sandbox.serve HOME`.

Serves the five emulated systems on the ports of the sample firm's folder and runs the Tryton
server. State lies under the home, so that a restart shows what was posted before. The instant shown
is that of firm.yml; a file `clock` beside the state moves it (an ISO timestamp).
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tieout.config import Firm, Home, load_firm
from tieout.domain.clock import parse_timestamp
from tieout.sandbox.firm import SandboxFirm, build_firm
from tieout.sandbox.tryton.plan import plan_of
from tieout.sandbox.tryton.ready import ready_server


class QuietHandler(WSGIRequestHandler):
    """Keeps connections alive and writes no line per request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are in each system's own log (`GET /__sandbox__/log`)."""


def sample_firm(firm: Firm) -> SandboxFirm:
    """The sample firm that a firm folder describes."""
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
    """One server per emulated system, bound but not serving yet."""
    clock = moving_clock(home, firm)
    bound = []
    for system in firm.systems:
        if system.vendor == "tryton":
            continue
        state = home.sandbox / system.id
        state.mkdir(exist_ok=True)
        app = importlib.import_module(f"tieout.sandbox.vendors.{system.vendor}").create_app(
            data, clock, state
        )
        address = urlsplit(system.base_url)
        bound.append(
            make_server(
                address.hostname or "127.0.0.1", address.port or 0, app,
                threaded=True, request_handler=QuietHandler,
            )
        )  # fmt: skip
    return bound


def main(home_path: str) -> None:
    """Serve until told to stop."""
    home = Home(home_path)
    firm = load_firm(home.sample_firm)
    data = sample_firm(firm)
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    bound = servers(home, firm, data)
    for server in bound:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    erps = [
        ready_server(plan_of(data), home.sandbox / system.id, urlsplit(system.base_url).port or 0)
        for system in firm.systems
        if system.vendor == "tryton"
    ]
    try:
        stopping.wait()
    finally:
        for server in bound:
            server.shutdown()
        for erp in erps:
            erp.stop()


if __name__ == "__main__":
    main(sys.argv[1])
