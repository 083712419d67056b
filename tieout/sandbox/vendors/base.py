"""What every emulated vendor app shares: routing, JSON answers, credentials, paging arithmetic.

Here: `SandboxApp` (a small router over werkzeug), `json_response` (numbers leave exactly as
written), `TOKENS` (the credentials the sandbox accepts), `Clock` and timestamp rendering.

Not here: misbehaviour (`faults`), the content of any vendor's API (its own module), ports and
processes (the sandbox server).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import simplejson
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Clock = Callable[[], datetime]
"""The instant an app shows, in UTC: the sandbox firm is asked for its state at this instant."""

TOKENS: Final[Mapping[str, Mapping[str, str]]] = {
    "harvest": {"token": "sandbox-harvest-token", "account_id": "1000001"},
    "kantata": {"token": "sandbox-kantata-token"},
    "bamboohr": {"api_key": "sandbox-bamboohr-key"},
    "concur": {
        "client_id": "sandbox-concur-client",
        "client_secret": "sandbox-concur-secret",
        "refresh_token": "sandbox-concur-refresh",
    },
    "netsuite": {
        "account": "SANDBOX_1",
        "consumer_key": "sandbox-netsuite-consumer-key",
        "consumer_secret": "sandbox-netsuite-consumer-secret",
        "token_id": "sandbox-netsuite-token-id",
        "token_secret": "sandbox-netsuite-token-secret",
    },
    "business_central": {
        "client_id": "sandbox-business-central-client",
        "client_secret": "sandbox-business-central-secret",
    },
    "oracle_fusion": {"username": "tieout", "password": "sandbox-oracle-fusion-password"},
    "tryton": {"username": "tieout", "password": "sandbox-tryton-password"},
    "sap_s4hana": {"username": "TIEOUT", "password": "sandbox-sap-s4hana-password"},
}
"""Vendor -> secret name (as in ``firm.yml``) -> the value the sandbox accepts.

None of them opens anything outside the sandbox.
"""


@dataclass(frozen=True)
class Route:
    """One path of a vendor's API.

    Attributes:
        method: HTTP method, upper case.
        rule: werkzeug rule relative to the API root, such as ``/users/<int:user_id>/cost_rates``.
        handler: called with the request and the rule's arguments.
    """

    method: str
    rule: str
    handler: Callable[..., Response]

    @property
    def endpoint(self) -> str:
        """Method and rule, which tell one route from another."""
        return f"{self.method} {self.rule}"


@dataclass
class SandboxApp:
    """A WSGI application over routes, with the vendor's own way of refusing.

    Attributes:
        name: vendor name, for messages.
        routes: the API.
        authorize: returns the refusal for a request without valid credentials, else None.
        on_error: the vendor's answer to an HTTP error (unknown path, wrong method, abort).
        prefixes: path prefixes under which the API may be mounted; the longest that fits becomes
            the script name, so links built from `root_url` keep it.
    """

    name: str
    routes: Sequence[Route]
    authorize: Callable[[Request], Response | None]
    on_error: Callable[[HTTPException], Response]
    prefixes: Sequence[str] = ("",)

    def __post_init__(self) -> None:
        """Compile the routes once."""
        self._handlers = {r.endpoint: r.handler for r in self.routes}
        self._map = Map(
            [Rule(r.rule, methods=[r.method], endpoint=r.endpoint) for r in self.routes],
            strict_slashes=False,
            redirect_defaults=False,
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        moved = mount(environ, self.prefixes)
        return self._answer(moved)(moved, start_response)

    def _answer(self, environ: WSGIEnvironment) -> Response:
        request = Request(environ)
        try:
            refusal = self.authorize(request)
            if refusal is not None:
                return refusal
            endpoint, arguments = self._map.bind_to_environ(environ).match()
            return self._handlers[endpoint](request, **arguments)
        except HTTPException as error:
            return self.on_error(error)


def mount(environ: WSGIEnvironment, prefixes: Sequence[str]) -> WSGIEnvironment:
    """Move the longest fitting prefix from the path to the script name.

    Args:
        environ: the request; left unchanged.
        prefixes: candidates such as ``/harvest/v2``; an empty string always fits.

    Returns:
        A copy whose ``PATH_INFO`` is relative to the API root.
    """
    path = environ.get("PATH_INFO", "")
    for prefix in sorted(prefixes, key=len, reverse=True):
        if path == prefix or path.startswith(f"{prefix}/"):
            script = environ.get("SCRIPT_NAME", "") + prefix
            return {**environ, "SCRIPT_NAME": script, "PATH_INFO": path[len(prefix) :] or "/"}
    return dict(environ)


def json_response(
    body: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json; charset=utf-8",
) -> Response:
    """Answer JSON; a `Decimal` leaves as the number it is written as, never through binary."""
    text = simplejson.dumps(body, use_decimal=True, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, headers=dict(headers or {}), content_type=content_type)


def timestamp(moment: datetime) -> str:
    """Render an instant as most vendors do: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def root_url(request: Request) -> str:
    """Address of the API root as the caller reached it, without a trailing slash."""
    return request.root_url.rstrip("/")
