"""Kantata OX (Mavenlink API v1), emulated: routes, bearer token and the vendor's refusals.

Faithful to the vendor's published Swagger and the public sample of its answer: collections as
``/time_entries`` or ``/time_entries.json``, single records below them, errors as
``{"errors": [{"type", "message"}]}``, 429 without Retry-After. Lists and their traps:
`kantata_listing`; records: `kantata_time`, `kantata_master`, `kantata_staffing`,
`kantata_custom_fields`.

Assumptions beyond the vendor's documents: the wording of refusals other than the 401, and that a
parameter the vendor cannot read is a 422. The API is served read-only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from tieout.sandbox.firm.model import SandboxFirm
from tieout.sandbox.vendors.base import TOKENS, Clock, Route, SandboxApp, json_response
from tieout.sandbox.vendors.faults import FaultInjector
from tieout.sandbox.vendors.kantata_account import Account
from tieout.sandbox.vendors.kantata_filters import BadQuery
from tieout.sandbox.vendors.kantata_listing import COLLECTIONS, Listings, envelope

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BASE_PATH: Final = "/kantata/api/v1"
PREFIXES: Final = ("", "/api/v1", BASE_PATH)


def create_app(firm: SandboxFirm, clock: Clock, state_dir: Path | None = None) -> WSGIApplication:
    """The emulated account of a firm.

    Args:
        firm: whose PSA it is.
        clock: the instant to show.
        state_dir: accepted like every vendor app's; this one keeps nothing.

    Returns:
        The WSGI application, wrapped by the fault injector.
    """
    del state_dir
    api = _Api(firm, clock)
    app = SandboxApp(
        name="kantata",
        routes=[
            Route("GET", "/<collection>.json", api.index),
            Route("GET", "/<collection>", api.index),
            Route("GET", "/<collection>/<record_id>.json", api.show),
            Route("GET", "/<collection>/<record_id>", api.show),
        ],
        prefixes=PREFIXES,
        authorize=authorize,
        on_error=on_error,
    )
    return FaultInjector(
        app,
        answers={
            "unauthorized": lambda _: refusal(401, "Invalid OAuth 2 Request", "oauth"),
            "rate_limited": lambda _: refusal(429, "Too Many Requests"),
            "unavailable": lambda _: refusal(503, "Service is unavailable"),
            "server_error": lambda _: refusal(500, "Something went wrong"),
            "ok_with_error": lambda _: refusal(200, "Something went wrong"),
        },
    )


def refusal(status: int, message: str, kind: str = "system") -> Response:
    """An error the vendor's way."""
    return json_response({"errors": [{"type": kind, "message": message}]}, status)


def authorize(request: Request) -> Response | None:
    """Refuse a request without the sandbox's bearer token."""
    if request.headers.get("Authorization") == f"Bearer {TOKENS['kantata']['token']}":
        return None
    return refusal(401, "Invalid OAuth 2 Request", "oauth")


def on_error(error: HTTPException) -> Response:
    """Any HTTP error, the vendor's way."""
    return refusal(error.code or 500, str(error.description))


class _Api:
    """The read endpoints over one firm."""

    def __init__(self, firm: SandboxFirm, clock: Clock) -> None:
        self._firm = firm
        self._clock = clock
        self._listings = Listings()
        self._shown: Account | None = None

    def _account(self) -> Account:
        """The account as it stands now, rendered once per instant at which something changed."""
        state = self._firm.at(self._clock())
        if self._shown is None or self._shown.state is not state:
            self._shown = Account(self._firm, state, COLLECTIONS)
        return self._shown

    def index(self, request: Request, collection: str) -> Response:
        """A list."""
        return self._answer(collection, request.args.to_dict(), must_exist=False)

    def show(self, request: Request, collection: str, record_id: str) -> Response:
        """One record; 404 also when a default filter hides it."""
        args = {**request.args.to_dict(), "only": record_id}
        return self._answer(collection, args, must_exist=True)

    def _answer(self, collection: str, args: dict[str, str], *, must_exist: bool) -> Response:
        if collection not in COLLECTIONS:
            raise NotFound("Page Not Found")
        account = self._account()
        try:
            rows = self._listings.rows(account, collection, args)
        except BadQuery as problem:
            return refusal(422, str(problem), "validation")
        if must_exist and not rows:
            raise NotFound("The requested resource could not be found")
        return json_response(envelope(rows, account, collection, args))
