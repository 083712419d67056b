"""The firm's company in Business Central, as API v2.0 (OData) shows it.

Here: routes, `$batch`, the order of login and work, and what the sandbox adds around them. Journals
live in `business_central_journals`, posting and the ledger in `business_central_ledger`, lists in
`business_central_odata`, login in `business_central_auth`, state in `business_central_store`,
master data in `business_central_master`.

The ledger begins empty and keeps what callers post: in a file below `state_dir` (a commit is on the
disk before its answer leaves), or in memory without one.

Named assumptions, where the documented facts end (each module names its own):
    * in a `$batch` with `Isolation: snapshot` the answers end with the first refusal, and what was
      answered before it in the same batch did not happen; without it, what went before stays;
    * time registration entries, sales documents and the automation API are not emulated.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import simplejson
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request, Response

from tieout.sandbox.firm.firm import SandboxFirm
from tieout.sandbox.vendors import business_central_errors as errors
from tieout.sandbox.vendors.base import TOKENS, Clock, Route, SandboxApp, json_response
from tieout.sandbox.vendors.business_central_auth import TOKEN_RULE, Access
from tieout.sandbox.vendors.business_central_errors import Refusal, from_http
from tieout.sandbox.vendors.business_central_journals import Journals, body_of
from tieout.sandbox.vendors.business_central_ledger import Ledger
from tieout.sandbox.vendors.business_central_master import COMPANY_ID, Master, master_of
from tieout.sandbox.vendors.business_central_odata import PAGE_MAX, listed
from tieout.sandbox.vendors.business_central_store import Store
from tieout.sandbox.vendors.faults import FaultInjector

API_ROOT: Final = "/v2.0/sandbox/production/api/v2.0"
"""Version, tenant and environment, then the API: what follows the host in a real address."""
PREFIXES: Final = ("/business_central", "")
BATCH_MAX: Final = 100
REQUESTS_MAX: Final = 6_000
"""Requests of one user in five minutes."""
LISTS: Final = (
    "accounts", "accountingPeriods", "currencyExchangeRates", "employees", "generalLedgerSetup",
    "projects",
)  # fmt: skip


def create_app(firm: SandboxFirm, clock: Clock, state_dir: Path | None = None) -> FaultInjector:
    """Business Central over the sample firm's first legal entity.

    Args:
        firm: the firm whose company this is.
        clock: the instant of a posting, and the instant of the master data shown.
        state_dir: folder of the company's database; None keeps it in memory.

    Returns:
        A WSGI application that also answers below ``/business_central``.
    """
    held: dict[datetime, Master] = {}

    def master() -> Master:
        moment = clock()
        if moment not in held:
            held.clear()
            held[moment] = master_of(firm, moment)
        return held[moment]

    return create_company(master, clock, state_dir)


def create_company(
    master: Callable[[], Master],
    clock: Clock,
    state_dir: Path | None = None,
    *,
    page_max: int = PAGE_MAX,
    requests_max: int = REQUESTS_MAX,
    monotonic: Callable[[], float] = time.monotonic,
) -> FaultInjector:
    """Business Central over one company.

    Args:
        master: the company's master data now; what it says may change between requests.
        clock: the instant of a posting.
        state_dir: folder of the company's database; None keeps it in memory.
        page_max: records per page.
        requests_max: requests in five minutes.
        monotonic: seconds, for the age of tokens and the limit.
    """
    store = Store(None if state_dir is None else state_dir / "business_central.sqlite")
    access = Access(TOKENS["business_central"], requests_max, monotonic)
    company = BusinessCentral(store, master, clock, page_max)
    routes = [Route("POST", TOKEN_RULE, access.issue), *company.routes()]
    app = SandboxApp("business_central", routes, access.refuse, from_http, PREFIXES)
    return FaultInjector(app, answers=OWN_ANSWERS)


def _period_closed(request: Request) -> Response:  # noqa: ARG001 - one answer for all
    """The period closed between our plan and this posting."""
    return errors.period_closed().response()


def _login_refused(request: Request) -> Response:  # noqa: ARG001 - one answer for all
    """The application's right was taken away in the middle of a run."""
    return errors.no_login().response()


def _too_many(request: Request) -> Response:  # noqa: ARG001 - one answer for all
    """The limit of requests was reached."""
    return Refusal(429, errors.TOO_MANY, "Too many requests reached.").response()


OWN_ANSWERS: Final = {
    "period_closed": _period_closed,
    "unauthorized": _login_refused,
    "rate_limited": _too_many,
}
"""Fault kinds that Business Central words in its own way."""


class _Reverted(Exception):  # noqa: N818 - named for what happened
    """A request of a transactional batch was refused: nothing of the batch happened."""


class BusinessCentral:
    """One company behind its endpoints.

    Args:
        store: the company's journals and ledger.
        master: its master data now.
        clock: its clock.
        page_max: records per page.
    """

    def __init__(
        self, store: Store, master: Callable[[], Master], clock: Clock, page_max: int
    ) -> None:
        self._store, self._master, self._page_max = store, master, page_max
        self._journals = Journals(store, master, clock, page_max)
        self._ledger = Ledger(store, master, clock, page_max)
        inner = self._company_routes()
        self._inside = SandboxApp("batch", inner, lambda _: None, from_http, (API_ROOT,))

    def routes(self) -> list[Route]:
        """Every path of the company that the sandbox answers."""
        return [
            Route("GET", f"{API_ROOT}/companies", partial(refusing, self._companies)),
            Route("POST", f"{API_ROOT}/$batch", partial(refusing, self._batch)),
            *(
                Route(route.method, API_ROOT + route.rule, route.handler)
                for route in self._company_routes()
            ),
        ]

    def _company_routes(self) -> list[Route]:
        """Paths below the root of the API that concern the company."""
        company = "/companies(<company>)"
        journal = company + "/journals(<journal>)"
        found: list[tuple[str, str, Callable[..., Response]]] = [
            ("GET", company + "/journals", self._journals.list),
            ("POST", company + "/journals", self._journals.create),
            ("GET", journal, self._journals.read),
            ("DELETE", journal, self._journals.delete),
            ("GET", journal + "/journalLines", self._journals.lines),
            ("POST", journal + "/journalLines", self._journals.add_line),
            ("POST", journal + "/Microsoft.NAV.post", self._ledger.post),
            ("GET", company + "/journalLines", self._journals.all_lines),
            ("GET", company + "/generalLedgerEntries", self._ledger.entries),
            ("GET", company + "/generalLedgerEntries(<entry>)", self._ledger.entry),
            *(("GET", f"{company}/{name}", partial(self._list, name)) for name in LISTS),
        ]
        return [
            Route(method, rule, partial(refusing, partial(self._in_company, handler)))
            for method, rule, handler in found
        ]

    def _in_company(
        self, handler: Callable[..., Response], request: Request, company: str, **arguments: Any
    ) -> Response:
        if company.lower() != COMPANY_ID:
            raise errors.no_record("Company", company)
        with self._store.transaction():
            return handler(request, **arguments)

    def _companies(self, request: Request) -> Response:
        name = self._master().name
        return listed(request, [{"id": COMPANY_ID, "name": name, "displayName": name}], 1)

    def _list(self, name: str, request: Request) -> Response:
        return listed(request, self._master().shown(name), self._page_max)

    def _batch(self, request: Request) -> Response:
        """`POST $batch`: some requests in one, in order, to the first refusal."""
        asked = body_of(request).get("requests")
        if not isinstance(asked, list) or len(asked) > BATCH_MAX:
            raise Refusal(400, errors.BAD_REQUEST, f"A batch holds 1 to {BATCH_MAX} requests.")
        answers: list[dict[str, Any]] = []
        if request.headers.get("Isolation", "").lower() != "snapshot":
            self._run(asked, answers)
            return json_response({"responses": answers})
        with suppress(_Reverted), self._store.transaction():
            if not self._run(asked, answers):
                raise _Reverted
        return json_response({"responses": answers})

    def _run(self, asked: list[Any], answers: list[dict[str, Any]]) -> bool:
        """Carry requests out; False when one was refused, which ends the batch."""
        for request in asked:
            builder = EnvironBuilder(
                path=f"{API_ROOT}/{request['url']}",
                method=request["method"],
                headers=request.get("headers"),
                data=simplejson.dumps(request.get("body") or {}, use_decimal=True),
            )
            body, status, _ = run_wsgi_app(self._inside, builder.get_environ(), buffered=True)
            code = int(status.split()[0])
            content = b"".join(body)
            answer: dict[str, Any] = {"id": request["id"], "status": code, "headers": {}}
            if content:
                answer["body"] = simplejson.loads(content, use_decimal=True)
            answers.append(answer)
            if code >= errors.FIRST_REFUSAL:
                return False
        return True


def refusing(handler: Callable[..., Response], request: Request, **arguments: Any) -> Response:
    """Call a handler; a refusal becomes its answer."""
    try:
        return handler(request, **arguments)
    except Refusal as refusal:
        return refusal.response()
    except HTTPException as error:
        return from_http(error)
