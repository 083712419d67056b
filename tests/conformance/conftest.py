"""Fixtures of the conformance tests: Prism over a specification, and connectors that read it.

To add a vendor: put the paths it reads, cut out of its published description, into ``specs/`` and
write a test module of the form of ``test_prism_harvest.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.conformance.prism import free_port, serving
from tieout.config import System


@pytest.fixture
def mock(tmp_path: Path) -> Callable[[str], AbstractContextManager[str]]:
    """Prism answering by a specification: a context manager that yields its address."""
    return lambda spec: serving("mock", spec, log=tmp_path / "prism.log")


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., AbstractContextManager[str]]:
    """Prism in front of an emulated vendor, checking requests and answers."""

    @contextmanager
    def through(spec: str, app: Any, root: str = "") -> Iterator[str]:
        port = free_port()
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            upstream = f"http://127.0.0.1:{port}{root}"
            with serving("proxy", spec, upstream, log=tmp_path / "prism.log") as address:
                yield address
        finally:
            server.shutdown()
            thread.join(timeout=30)

    return through


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Callable[..., System]:
    """A system of firm.yml at an address, its secrets in the environment."""

    def at(vendor: str, role: str, base_url: str, **secrets: str) -> System:
        for name, value in secrets.items():
            monkeypatch.setenv(f"CONFORMANCE_{name.upper()}", value)
        return System.model_validate(
            {
                "id": f"{vendor}_checked",
                "vendor": vendor,
                "roles": [role],
                "base_url": base_url,
                "secrets": {name: f"env:CONFORMANCE_{name.upper()}" for name in secrets},
            }
        )

    return at
