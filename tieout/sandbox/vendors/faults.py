"""Misbehaviour on demand: a WSGI middleware in front of every emulated vendor.

Here: `FaultInjector`, its fault kinds, its control endpoints and its request log.

Control endpoints, below any mount prefix, without credentials (sandbox only):

- ``POST /__sandbox__/faults`` arms one fault or a list of faults (see `Fault`);
- ``GET /__sandbox__/faults`` lists what is armed; ``DELETE`` disarms everything;
- ``GET /__sandbox__/log`` lists the requests seen; ``DELETE`` forgets them;
- ``POST /__sandbox__/commit`` runs the work still held back by ``late_commit`` at once.

A dropped connection cannot be spoken in WSGI. It is written as the header ``X-Sandbox-Drop`` with
``before`` (the vendor never saw the request) or ``after`` (the vendor did the work): the in-process
transport raises it as a connection reset, and a werkzeug server has its socket shut down here.

Not here: the vendors' APIs, and the firm's planted data faults (`tieout.sandbox.firm`).
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.fault_plan import Fault, FaultPlan, answer_instead

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROL: Final = "/__sandbox__/"
DROP_HEADER: Final = "X-Sandbox-Drop"
LOG_LIMIT: Final = 20_000
MAX_SLOW_SECONDS: Final = 30.0


class FaultInjector:
    """Wraps one vendor app; thread-safe; transparent while nothing is armed.

    Late commits are deterministic: the work runs at the first request (of any kind) after its due
    time, before that request is looked at, never in a background thread.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        answers: Mapping[str, Callable[[Request], Response]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Wrap an app.

        Args:
            app: the vendor.
            answers: the vendor's own answer per fault kind, where the plain one of
                `fault_plan.answer_instead` is not faithful enough.
            monotonic: seconds, for late commits; injectable for tests.
            sleep: how ``slow`` waits; injectable for tests.
        """
        self.app = app
        self.plan = FaultPlan()
        self._answers = dict(answers or {})
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._log: deque[dict[str, Any]] = deque(maxlen=LOG_LIMIT)
        self._held: list[tuple[float, WSGIEnvironment]] = []
        self._last_page: dict[tuple[str, str], Response] = {}
        self._seen = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, misbehaving if a fault is armed for it."""
        self._commit_due(self._monotonic())
        request = buffered(environ)
        path = request.path
        if CONTROL in path:
            response = self._control(request, path.rpartition(CONTROL)[2])
            return response(environ, start_response)
        fault = self.plan.take(request.method, request.full_path.rstrip("?"))
        response = self._misbehave(fault, request) if fault else self._forward(request)
        self._record(request, response, fault)
        if DROP_HEADER in response.headers:
            shut_down(environ)
        return response(environ, start_response)

    def _misbehave(self, fault: Fault, request: Request) -> Response:
        """Answer one request the way the fault says."""
        ways: dict[str, Callable[[], Response]] = {
            "slow": lambda: self._slowly(fault, request),
            "truncated": lambda: cut_in_half(self._forward(request)),
            "duplicate_page": lambda: self._once_more(request),
            "lost_ack": lambda: self._work_unheard(request),
            "late_commit": lambda: self._hold(fault, request),
            "drop": lambda: dropped("before"),
        }
        if fault.kind in ways:
            return ways[fault.kind]()
        own = self._answers.get(fault.kind)
        return own(request) if own is not None and fault.body is None else answer_instead(fault)

    def _slowly(self, fault: Fault, request: Request) -> Response:
        self._sleep(min(fault.seconds, MAX_SLOW_SECONDS))
        return self._forward(request)

    def _work_unheard(self, request: Request) -> Response:
        self._forward(request)
        return dropped("after")

    def _once_more(self, request: Request) -> Response:
        with self._lock:
            remembered = self._last_page.get((request.method, request.path))
        return copy_of(remembered) if remembered is not None else self._forward(request)

    def _hold(self, fault: Fault, request: Request) -> Response:
        with self._lock:
            self._held.append((self._monotonic() + fault.seconds, request.environ))
        return dropped("after")

    def _forward(self, request: Request) -> Response:
        """Let the vendor answer; remember the answer for ``duplicate_page``."""
        response = forward(self.app, request.environ)
        if response.status_code == HTTPStatus.OK:
            with self._lock:
                self._last_page[request.method, request.path] = response
        return response

    def _commit_due(self, until: float) -> None:
        """Run held work that is due, in the order it arrived."""
        with self._lock:
            due = [environ for moment, environ in self._held if moment <= until]
            self._held = [held for held in self._held if held[0] > until]
        for environ in due:
            forward(self.app, environ)

    def _record(self, request: Request, response: Response, fault: Fault | None) -> None:
        body = request.get_data()
        with self._lock:
            self._seen += 1
            self._log.append(
                {
                    "number": self._seen,
                    "method": request.method,
                    "path": request.path,
                    "query": request.query_string.decode(),
                    "body_sha256": hashlib.sha256(body).hexdigest() if body else None,
                    "status": response.status_code,
                    "fault": fault.kind if fault else None,
                }
            )

    def _control(self, request: Request, name: str) -> Response:
        """Answer a control endpoint."""
        actions: dict[str, Callable[[], Response]] = {
            "POST faults": lambda: self._arm(request.get_json()),
            "GET faults": lambda: json_response([fault.as_json() for fault in self.plan.armed()]),
            "DELETE faults": lambda: done(self.plan.disarm),
            "POST commit": lambda: done(lambda: self._commit_due(float("inf"))),
            "GET log": lambda: json_response(self.log()),
            "DELETE log": lambda: done(self._log.clear),
        }
        action = f"{request.method} {name.strip('/')}"
        if action not in actions:
            return json_response({"message": f"no control endpoint {action}"}, 404)
        return actions[action]()

    def log(self) -> list[dict[str, Any]]:
        """The requests seen so far, oldest first; at most `LOG_LIMIT` of them."""
        with self._lock:
            return list(self._log)

    def _arm(self, wanted: Any) -> Response:
        parsed = [Fault.parse(item) for item in (wanted if isinstance(wanted, list) else [wanted])]
        bad = [reason for reason in parsed if isinstance(reason, str)]
        if bad:
            return json_response({"message": "; ".join(bad)}, 422)
        self.plan.arm(fault for fault in parsed if isinstance(fault, Fault))
        return json_response({"armed": len(self.plan.armed())}, 201)


def done(action: Callable[[], None]) -> Response:
    """Carry out a control action that has nothing to tell."""
    action()
    return Response(status=204)


def dropped(when: str) -> Response:
    """A connection that broke ``before`` or ``after`` the vendor did the work."""
    return Response(status=502, headers={DROP_HEADER: when})


def buffered(environ: WSGIEnvironment) -> Request:
    """Read the body once and make it readable again, so a request can be repeated or held back."""
    body = Request(environ).get_data()
    kept = {key: value for key, value in environ.items() if key != "werkzeug.request"}
    kept.pop("HTTP_TRANSFER_ENCODING", None)
    kept["CONTENT_LENGTH"] = str(len(body))
    kept["wsgi.input"] = BytesIO(body)
    request = Request(kept)
    request.get_data(cache=True)
    return request


def forward(app: WSGIApplication, environ: WSGIEnvironment) -> Response:
    """Run an app on a request whose body was buffered and collect its whole answer."""
    stream = environ["wsgi.input"]
    stream.seek(0)
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Response(b"".join(body), status=status, headers=headers)


def copy_of(response: Response) -> Response:
    """The same answer once more."""
    return Response(response.get_data(), status=response.status_code, headers=response.headers)


def cut_in_half(response: Response) -> Response:
    """The first half of an answer, as a proxy that gave up would pass it on."""
    body = response.get_data()
    headers = {key: value for key, value in response.headers if key != "Content-Length"}
    return Response(body[: len(body) // 2], status=response.status_code, headers=headers)


def shut_down(environ: WSGIEnvironment) -> None:
    """Close the caller's connection where the server tells us its socket (werkzeug does)."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
