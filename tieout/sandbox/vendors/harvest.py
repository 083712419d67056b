"""The firm's Harvest account, as Harvest's API v2 shows it.

Here: routes, credentials, the throttle, which firm record backs which list. Record shapes live in
`harvest_records` and `harvest_projects`, filters and the paged envelope in `harvest_lists`. Facts:
Harvest API v2 documentation (help.getharvest.com/api-v2) and its sample answers.

Named assumptions, where those facts end:
    * A request without ``User-Agent`` is answered 400; an unreadable filter 422.
    * Approving, withdrawing and editing an entry all move its ``updated_at``.
    * A submitted entry shows ``is_closed`` without ``is_locked``; an approved one shows both.
    * The firm invoices from its ERP and expenses elsewhere, so ``/invoices`` and ``/expenses``
      are empty; the account stays on "bill by people", so rates sit on user assignments.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from tieout.sandbox.firm.model import FirmState, SandboxFirm
from tieout.sandbox.vendors import harvest_projects, harvest_records
from tieout.sandbox.vendors.base import TOKENS, Clock, Route, SandboxApp, json_response
from tieout.sandbox.vendors.faults import FaultInjector
from tieout.sandbox.vendors.harvest_lists import Listing, Row, answer_list, in_order

PREFIXES: Final = ("/harvest/v2", "/v2", "")
SYSTEM_ID: Final = "harvest_us"


@dataclass(frozen=True)
class RateLimit:
    """So many requests per sliding window of so many seconds."""

    requests: int
    seconds: float


PUBLISHED_LIMIT: Final = RateLimit(requests=100, seconds=15.0)
"""Harvest's written limit of the general API. Off by default, so that tests stay fast."""


def create_app(
    firm: SandboxFirm,
    clock: Clock,
    state_dir: Path | None = None,  # noqa: ARG001 - Harvest is only read; the interface is common
    *,
    rate_limit: RateLimit | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> FaultInjector:
    """Harvest over the sample firm.

    Args:
        firm: the firm whose Harvest users, projects and entries are shown.
        clock: the instant shown.
        state_dir: unused.
        rate_limit: `PUBLISHED_LIMIT` to be throttled as in reality, None for no throttle.
        monotonic: seconds, for the throttle.

    Returns:
        A WSGI application that also answers below ``/v2`` and ``/harvest/v2``.
    """
    account = HarvestAccount(firm, clock)
    app = SandboxApp("harvest", account.routes(), authorize, refuse, PREFIXES)
    throttled = Throttle(app, rate_limit, monotonic) if rate_limit else app
    return FaultInjector(throttled)


class HarvestAccount:
    """The lists of one Harvest account at the instant of the clock."""

    def __init__(self, firm: SandboxFirm, clock: Clock) -> None:
        """Show a firm at a clock."""
        self._firm = firm
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[FirmState, dict[str, list[Row]]] | None = None

    def routes(self) -> list[Route]:
        """Every path of the account that the sandbox answers."""
        by_cursor = partial(Listing, by_cursor=True)
        lists: Mapping[str, tuple[Listing, Callable[[FirmState], list[Row]]]] = {
            "time_entries": (
                Listing("time_entries"),
                partial(harvest_records.time_entries, SYSTEM_ID),
            ),
            "expenses": (Listing("expenses"), harvest_records.nothing),
            "invoices": (Listing("invoices", per_page=100), harvest_records.nothing),
            "users": (by_cursor("users"), harvest_records.users),
            "clients": (by_cursor("clients"), harvest_projects.clients),
            "projects": (by_cursor("projects"), harvest_projects.projects),
            "tasks": (by_cursor("tasks"), harvest_projects.tasks),
            "user_assignments": (by_cursor("user_assignments"), harvest_projects.user_assignments),
            "task_assignments": (by_cursor("task_assignments"), harvest_projects.task_assignments),
        }
        routes = [
            Route("GET", f"/{name}", partial(self._list, listing, rows))
            for name, (listing, rows) in lists.items()
        ]
        rates = {
            "billable_rates": harvest_projects.billable_rates,
            "cost_rates": harvest_projects.cost_rates,
        }
        routes += [
            Route(
                "GET", f"/users/<int:user_id>/{name}", partial(self._rates, by_cursor(name), rows)
            )
            for name, rows in rates.items()
        ]
        return [*routes, Route("GET", "/company", self._company)]

    def _list(
        self, listing: Listing, rows: Callable[[FirmState], list[Row]], request: Request
    ) -> Response:
        state = self._firm.at(self._clock())
        with self._lock:
            if self._kept is None or self._kept[0] is not state:
                self._kept = (state, {})
            kept = self._kept[1]
            if listing.name not in kept:
                kept[listing.name] = in_order(listing, rows(state))
            found = kept[listing.name]
        return answer_list(listing, found, request)

    def _rates(
        self,
        listing: Listing,
        rows: Callable[[FirmState, str], list[Row]],
        request: Request,
        user_id: int,
    ) -> Response:
        state = self._firm.at(self._clock())
        workers = [w.worker_id for w in state.workers if w.harvest_user_id == user_id]
        if not workers:
            raise NotFound(description="The requested user does not exist.")
        return answer_list(listing, in_order(listing, rows(state, workers[0])), request)

    def _company(self, request: Request) -> Response:  # noqa: ARG002 - a handler takes the request
        return json_response(harvest_records.company(self._firm.name))


class Throttle:
    """Answers 429 with ``Retry-After`` once the window is full; shared by all callers."""

    def __init__(self, app: Any, limit: RateLimit, monotonic: Callable[[], float]) -> None:
        """Throttle an app."""
        self._app = app
        self._limit = limit
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._taken: deque[float] = deque()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Pass a request on, or refuse it."""
        wait = self._wait()
        if wait <= 0:
            return self._app(environ, start_response)
        message = {"message": "You have been throttled. Please try again later."}
        answer = json_response(message, 429, {"Retry-After": str(int(wait) + 1)})
        return answer(environ, start_response)

    def _wait(self) -> float:
        """Seconds until a request is allowed; zero takes one of the window's places."""
        with self._lock:
            now = self._monotonic()
            while self._taken and self._taken[0] <= now - self._limit.seconds:
                self._taken.popleft()
            if len(self._taken) < self._limit.requests:
                self._taken.append(now)
                return 0.0
            return self._taken[0] + self._limit.seconds - now


def authorize(request: Request) -> Response | None:
    """Refuse a request without the three headers Harvest asks for."""
    secrets = TOKENS["harvest"]
    if not request.headers.get("User-Agent"):
        return json_response({"message": "The User-Agent header is required."}, 400)
    token = request.headers.get("Authorization") == f"Bearer {secrets['token']}"
    account = request.headers.get("Harvest-Account-Id") == secrets["account_id"]
    if token and account:
        return None
    text = "The access token provided is expired, revoked, malformed or invalid for other reasons."
    return json_response({"error": "invalid_token", "error_description": text}, 401)


def refuse(error: HTTPException) -> Response:
    """Harvest's error body."""
    status = error.code or 500
    return json_response({"code": status, "message": error.description}, status)
