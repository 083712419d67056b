"""Serve a WSGI application to sessions of this process, without a socket.

Used by tests: the sandbox systems answer exactly as they do over the network. A response header
`X-Sandbox-Drop` stands for a connection that breaks (`before` or `after` the work was done).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

import requests
from requests.adapters import BaseAdapter
from werkzeug.test import EnvironBuilder, run_wsgi_app

_MOUNTED: dict[str, WSGIApplication] = {}


class InProcessAdapter(BaseAdapter):
    """A requests transport that calls one WSGI application."""

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        """Answer the request by calling the application.

        Raises:
            requests.ConnectionError: where the application asks for a broken connection.
        """
        body: Any = request.body or b""
        parts = urlsplit(str(request.url))
        builder = EnvironBuilder(
            path=parts.path,
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=request.method or "GET",
            headers=[(name, _text(value)) for name, value in request.headers.items()],
            input_stream=BytesIO(body.encode() if isinstance(body, str) else bytes(body)),
        )
        chunks, status, headers = run_wsgi_app(self._app, builder.get_environ(), buffered=True)
        if "X-Sandbox-Drop" in headers:
            raise requests.ConnectionError("connection reset by peer", request=request)
        response = requests.Response()
        response.status_code = int(status.split()[0])
        response.headers.update(dict(headers.items()))
        response.raw = BytesIO(b"".join(chunks))
        response._content = b"".join(chunks)  # noqa: SLF001 - how requests is fed without a socket
        response.url = request.url or ""
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is held open."""


def _text(value: str | bytes) -> str:
    """Header values as text; signing libraries set some as bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def mounted(base_url: str, app: WSGIApplication) -> Iterator[None]:
    """Every ApiSession created inside serves `base_url`'s host from `app`."""
    root = _root(base_url)
    _MOUNTED[root] = app
    try:
        yield
    finally:
        _MOUNTED.pop(root, None)


def mount_all(session: requests.Session) -> None:
    """Attach every application mounted now to a session."""
    for root, app in _MOUNTED.items():
        session.mount(root, InProcessAdapter(app))
