"""The firm's NetSuite account, as SuiteTalk REST web services show it.

Here: routes, the order of login, concurrency limit and work, and what the sandbox adds around
them. Records live in `netsuite_records` (with `netsuite_timebill`, `netsuite_journal`), queries in
`netsuite_suiteql`, asynchronous jobs in `netsuite_async`, login in `netsuite_auth`, the tables and
their file in `netsuite_tables` and `netsuite_store`, the firm's history in `netsuite_history`.

The account starts with the firm's history at the clock and keeps what callers save: in a file
below `state_dir` (a commit is on the disk before its answer leaves, so a posted line survives a
restart), or in memory without one.

Named assumptions, where the documented facts end (each module names its own):
    * the concurrency limit counts requests in work and answers 429 at once, without Retry-After;
    * dates and instants are shown in UTC: the integration user's time zone is GMT;
    * time is costed on the time bill itself; the journal that Post Time writes is not shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import simplejson
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from tieout.sandbox.firm.firm import SandboxFirm
from tieout.sandbox.vendors import netsuite_auth, netsuite_errors
from tieout.sandbox.vendors.base import TOKENS, Clock, Route, SandboxApp
from tieout.sandbox.vendors.faults import FaultInjector
from tieout.sandbox.vendors.netsuite_async import JOB_ROOT, Jobs
from tieout.sandbox.vendors.netsuite_auth import TokenAuthentication, TokenCheck
from tieout.sandbox.vendors.netsuite_errors import Refusal, from_http
from tieout.sandbox.vendors.netsuite_history import History
from tieout.sandbox.vendors.netsuite_records import RECORD_ROOT, Call, Records, validation_header
from tieout.sandbox.vendors.netsuite_store import Store
from tieout.sandbox.vendors.netsuite_suiteql import ROWS_MAX, SuiteQl

PREFIXES: Final = ("/netsuite", "")
CONCURRENCY_MAX: Final = 5
"""Requests in work at once: the limit of a Standard service tier or a sandbox account."""


def create_app(
    firm: SandboxFirm,
    clock: Clock,
    state_dir: Path | None = None,
    *,
    concurrency_max: int = CONCURRENCY_MAX,
    rows_max: int = ROWS_MAX,
) -> FaultInjector:
    """NetSuite over the sample firm.

    Args:
        firm: the firm whose account this is.
        clock: the instant of a save, and up to which the firm's history has happened.
        state_dir: folder of the account's database; None keeps it in memory.
        concurrency_max: how many requests may be in work at once.
        rows_max: how many rows a query may have in all.

    Returns:
        A WSGI application that also answers below ``/netsuite``.
    """
    name = f"netsuite-{firm.firm_id}-{firm.seed}-{firm.size}-{firm.months}-{firm.last_month}.sqlite"
    account = NetSuiteAccount(
        firm, clock, Store(None if state_dir is None else state_dir / name), rows_max
    )
    app = SandboxApp("netsuite", account.routes(), account.authorize, from_http, PREFIXES)
    return FaultInjector(ConcurrencyLimit(app, concurrency_max), answers=OWN_ANSWERS)


def _period_closed(request: Request) -> Response:  # noqa: ARG001 - one answer for all
    """The period closed between our plan and this save."""
    return netsuite_errors.period_closed().response()


def _login_refused(request: Request) -> Response:  # noqa: ARG001 - one answer for all
    """The token was revoked in the middle of a run."""
    return netsuite_auth.refused().response()


OWN_ANSWERS: Final = {"period_closed": _period_closed, "unauthorized": _login_refused}
"""Fault kinds that NetSuite words in its own way."""


class NetSuiteAccount:
    """One account behind its endpoints.

    Args:
        firm: the firm.
        clock: the account's clock.
        store: the account's state.
        rows_max: ceiling of a query.
    """

    def __init__(self, firm: SandboxFirm, clock: Clock, store: Store, rows_max: int) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._history = History(firm, store)
        self._records = Records(store, clock)
        self._jobs = Jobs(store, self._records, clock)
        self._queries = SuiteQl(store, rows_max)
        self._login = TokenAuthentication(TokenCheck(TOKENS["netsuite"]))

    def routes(self) -> list[Route]:
        """Every path of the account that the sandbox answers."""
        record = RECORD_ROOT + "/<record_type>"
        one = RECORD_ROOT + "/<record_type>/<path:key>"
        job = JOB_ROOT + "/<int:number>"
        found: list[tuple[str, str, Callable[..., Response]]] = [
            ("POST", record, self._perform),
            *((method, one, self._perform) for method in ("GET", "PUT", "PATCH", "DELETE")),
            ("POST", "/services/rest/query/v1/suiteql", self._queries.answer),
            ("GET", job, self._jobs.job),
            ("GET", job + "/task", self._jobs.tasks),
            ("GET", job + "/task/<int:task>", self._jobs.task),
            ("GET", job + "/task/<int:task>/result", self._jobs.result),
        ]
        return [Route(method, rule, partial(refusing, handler)) for method, rule, handler in found]

    def authorize(self, request: Request) -> Response | None:
        """Check the signature, then bring the account up to the clock and its jobs to their end."""
        try:
            self._login.require(request)
        except Refusal as refusal:
            return refusal.response()
        with self._lock:
            self._history.catch_up(self._clock())
            self._jobs.run_pending()
        return None

    def _perform(self, request: Request, record_type: str, key: str = "") -> Response:
        call = Call(
            method=request.method,
            record_type=record_type,
            key=key,
            body=sent_body(request) if request.method in _WITH_BODY else None,
            name_validation=validation_header(request.headers),
            root=request.root_url.rstrip("/"),
        )
        if "respond-async" in request.headers.get("Prefer", ""):
            return self._jobs.submit(request, call)
        return self._records.perform(call)


_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


def sent_body(request: Request) -> Any:
    """The JSON of a request, numbers exactly as written; None when it is no JSON."""
    try:
        return simplejson.loads(request.get_data(), use_decimal=True)
    except ValueError:
        return None


def refusing(handler: Callable[..., Response], request: Request, **arguments: Any) -> Response:
    """Call a handler; a refusal becomes its answer."""
    try:
        return handler(request, **arguments)
    except Refusal as refusal:
        return refusal.response()
    except HTTPException as error:
        return from_http(error)


class ConcurrencyLimit:
    """Refuses a request while as many as allowed are in work.

    Args:
        app: the account.
        places: how many requests may be in work.
    """

    def __init__(self, app: Any, places: int) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(places)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Pass a request on, or refuse it."""
        if not self._places.acquire(blocking=False):
            text = netsuite_errors.CONCURRENCY_TEXT
            answer = Refusal(429, text, "CONCURRENCY_LIMIT_EXCEEDED").response()
            return answer(environ, start_response)
        try:
            return self._app(environ, start_response)
        finally:
            self._places.release()
