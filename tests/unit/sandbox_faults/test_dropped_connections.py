"""Over a real socket a dropped connection is a connection reset, before or after the work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.faults import FaultInjector


class Ledger:
    """A vendor that counts what is posted to it."""

    def __init__(self) -> None:
        self.posted = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.posted += Request(environ).method == "POST"
        return Response("{}", mimetype="application/json")(environ, start_response)


@pytest.fixture
def served() -> Iterator[tuple[str, Ledger]]:
    ledger = Ledger()
    server = make_server("127.0.0.1", 0, FaultInjector(ledger), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", ledger
    server.shutdown()
    thread.join(timeout=30)


@pytest.mark.parametrize(("kind", "posted"), [("drop", 0), ("lost_ack", 1), ("late_commit", 0)])
def test_the_caller_sees_a_broken_connection(
    served: tuple[str, Ledger], kind: str, posted: int
) -> None:
    address, ledger = served
    requests.post(f"{address}/__sandbox__/faults", json={"kind": kind, "seconds": 0}, timeout=10)
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{address}/lines", data=b"x", timeout=10)
    assert ledger.posted == posted
    requests.get(f"{address}/lines", timeout=10)
    assert ledger.posted == (0 if kind == "drop" else 1)
