"""SAP Concur v3, emulated: OAuth2 tokens, expense reports and entries, users.

Faithful to the vendor's Swagger and official samples: ``/api/v3.0/expense/reports``,
``/expense/entries``, ``/common/users`` and single reports and entries; access tokens live an hour
and are got from ``/oauth2/v0/token`` with a refresh token. Records: `concur_records`; filters and
paging: `concur_lists`.

Assumptions beyond the vendor's documents: error bodies are ``{"Message": ...}``; the refresh token
is handed back unchanged; the consumer that owns the token is nobody's login, so a list without
``user`` is empty. The API is served read-only.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from tieout.sandbox.firm.model import FirmState, SandboxFirm
from tieout.sandbox.vendors import concur_lists, concur_records
from tieout.sandbox.vendors.base import (
    TOKENS,
    Clock,
    Route,
    SandboxApp,
    json_response,
    root_url,
)
from tieout.sandbox.vendors.concur_records import API, Row
from tieout.sandbox.vendors.faults import FaultInjector

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BASE_PATH: Final = f"/concur{API}"
PREFIXES: Final = ("", "/concur")
TOKEN_PATH: Final = "/oauth2/v0/token"  # noqa: S105 - an address
TOKEN_SECONDS: Final = 3600
CONSUMER: Final = "tieout@sandbox.example"
SCOPE: Final = "EXPRPT USER"


def create_app(
    firm: SandboxFirm,
    clock: Clock,
    state_dir: Path | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> WSGIApplication:
    """The emulated site of a firm.

    Args:
        firm: whose expenses it holds.
        clock: the instant to show.
        state_dir: accepted like every vendor app's; this one keeps nothing.
        monotonic: seconds, for the age of access tokens.

    Returns:
        The WSGI application, wrapped by the fault injector.
    """
    del state_dir
    tokens = Tokens(monotonic)
    site = _Site(firm, clock)
    lists = {
        f"{API}/expense/reports": site.reports,
        f"{API}/expense/entries": site.entries,
        f"{API}/common/users": site.users,
        f"{API}/expense/reports/<record_id>": site.report,
        f"{API}/expense/entries/<record_id>": site.entry,
    }
    app = SandboxApp(
        name="concur",
        routes=[
            Route("POST", TOKEN_PATH, tokens.issue),
            *(Route("GET", rule, handler) for rule, handler in lists.items()),
        ],
        prefixes=PREFIXES,
        authorize=tokens.refuse,
        on_error=lambda error: message(error.code or 500, str(error.description)),
    )
    return FaultInjector(
        app,
        answers={
            "unauthorized": lambda _: message(401, UNAUTHORIZED),
            "unavailable": lambda _: message(503, "The service is unavailable."),
            "server_error": lambda _: message(500, "An error has occurred."),
            "ok_with_error": lambda _: message(200, "An error has occurred."),
        },
    )


UNAUTHORIZED: Final = "Authorization has been denied for this request."


def message(status: int, text: str) -> Response:
    """An error the vendor's way."""
    return json_response({"Message": text}, status)


class Tokens:
    """Access tokens: handed out for the refresh token, good for an hour."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._good_until: dict[str, float] = {}

    def issue(self, request: Request) -> Response:
        """Answer the token endpoint (RFC 6749, section 6: a refresh token grant)."""
        known = TOKENS["concur"]
        form = request.form
        if form.get("grant_type") != "refresh_token":
            return self._deny("unsupported_grant_type", "grant_type must be refresh_token")
        if any(form.get(name) != known[name] for name in ("client_id", "client_secret")):
            return self._deny("invalid_client", "Incorrect credentials. Please Retry", 401)
        if form.get("refresh_token") != known["refresh_token"]:
            return self._deny("invalid_grant", "refresh token is invalid")
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._good_until[token] = self._monotonic() + TOKEN_SECONDS
        return json_response(
            {
                "expires_in": TOKEN_SECONDS,
                "scope": SCOPE,
                "token_type": "Bearer",
                "access_token": token,
                "refresh_token": known["refresh_token"],
                "geolocation": root_url(request),
            }
        )

    def refuse(self, request: Request) -> Response | None:
        """Refuse an API request without a live access token."""
        if request.path == TOKEN_PATH:
            return None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self._lock:
            good = self._good_until.get(token, 0.0) > self._monotonic()
        return None if good else message(401, UNAUTHORIZED)

    @staticmethod
    def _deny(error: str, text: str, status: int = 400) -> Response:
        return json_response({"error": error, "error_description": text}, status)


def _reports(state: FirmState, root: str) -> list[Row]:
    """All reports, each with the days of its entries."""
    days: dict[str, list[date]] = {}
    for entry in state.expense_entries:
        days.setdefault(entry.report_id, []).append(entry.transaction_date)
    return [
        concur_records.report(row, state, root, tuple(days.get(row.report_id, ())))
        for row in state.expense_reports
    ]


class _Site:
    """The read endpoints over one firm."""

    def __init__(self, firm: SandboxFirm, clock: Clock) -> None:
        self._firm = firm
        self._clock = clock
        self._kept: dict[str, Any] = {}
        self._shown: FirmState | None = None

    def _rows(self, kind: str, root: str) -> list[Row]:
        """All records of one kind by position, rendered once per state and address."""
        state = self._firm.at(self._clock())
        if self._shown is not state:
            self._shown, self._kept = state, {}
        key = f"{kind} {root}"
        if key not in self._kept:
            render: dict[str, Callable[[], list[Row]]] = {
                "reports": lambda: _reports(state, root),
                "entries": lambda: [
                    concur_records.entry(r, state, root) for r in state.expense_entries
                ],
                "users": lambda: [
                    concur_records.user(r, state, root) for r in state.workers if r.concur_login
                ],
            }
            self._kept[key] = sorted(render[kind](), key=lambda row: row.position)
        return self._kept[key]

    def reports(self, request: Request) -> Response:
        """Expense reports."""
        rows = concur_lists.owned(
            self._rows("reports", root_url(request)), request.args.to_dict(), CONSUMER
        )
        return self._list(request, rows, concur_lists.REPORT_FILTERS)

    def entries(self, request: Request) -> Response:
        """Expense entries."""
        rows = concur_lists.owned(
            self._rows("entries", root_url(request)), request.args.to_dict(), CONSUMER
        )
        return self._list(request, rows, concur_lists.ENTRY_FILTERS)

    def users(self, request: Request) -> Response:
        """Users of the site, active or not."""
        return self._list(
            request, self._rows("users", root_url(request)), concur_lists.USER_FILTERS
        )

    def report(self, request: Request, record_id: str) -> Response:
        """One expense report."""
        return self._one(request, "reports", record_id)

    def entry(self, request: Request, record_id: str) -> Response:
        """One expense entry."""
        return self._one(request, "entries", record_id)

    def _one(self, request: Request, kind: str, record_id: str) -> Response:
        rows = self._rows(kind, root_url(request))
        for row in concur_lists.owned(rows, request.args.to_dict(), CONSUMER):
            if row.id == record_id:
                return json_response(row.record)
        raise NotFound("The requested resource does not exist.")

    @staticmethod
    def _list(request: Request, rows: list[Row], filters: Any) -> Response:
        args = request.args.to_dict()
        address = f"{root_url(request)}{request.path}"
        try:
            return json_response(
                concur_lists.page(concur_lists.filtered(rows, args, filters), args, address)
            )
        except concur_lists.BadRequest as problem:
            return message(400, str(problem))
