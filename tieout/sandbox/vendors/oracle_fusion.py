"""The firm's Oracle Fusion pod, as its REST services and its scheduler show it.

Here: routes, login, errors, and what is listed (`projectCosts`, `journalBatches`,
`accountingPeriodStatusLOV`, `currencyRates`, `projects`, `emps`). Documents and jobs live in
`oracle_fusion_jobs`, imports in `oracle_fusion_costs` and `oracle_fusion_journals`, file formats in
`oracle_fusion_files`, the firm's master data in `oracle_fusion_master`, `q` in
`oracle_fusion_query`.

The pod starts empty of postings and keeps what was imported: in a file below `state_dir`, or in
memory without one. A connection that breaks, a hand-over that works late and outage pages are
armed at `/__sandbox__/faults` (`faults`); the rest is switched by `Behaviour`.

Named assumptions, where the documented facts end (each module names its own):
    * login is HTTP Basic; a wrong one is answered 401 with an empty body;
    * an error is `application/vnd.oracle.adf.error+json` with title, status and detail;
    * the sample firm posts nowhere here by itself, so there is no history to show.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from tieout.sandbox.firm.firm import SandboxFirm
from tieout.sandbox.vendors.base import TOKENS, Clock, Route, SandboxApp, json_response
from tieout.sandbox.vendors.faults import FaultInjector
from tieout.sandbox.vendors.oracle_fusion_costs import COST, Costs
from tieout.sandbox.vendors.oracle_fusion_jobs import Jobs
from tieout.sandbox.vendors.oracle_fusion_journals import BATCH, Journals
from tieout.sandbox.vendors.oracle_fusion_master import Behaviour, Master
from tieout.sandbox.vendors.oracle_fusion_query import page
from tieout.sandbox.vendors.oracle_fusion_store import Store

PREFIXES: Final = ("/oracle_fusion", "")
RESOURCES: Final = "/fscmRestApi/resources/11.13.18.05"
PEOPLE: Final = "/hcmRestApi/resources/11.13.18.05"
ERROR_TYPE: Final = "application/vnd.oracle.adf.error+json"

Records = Callable[[], list[Mapping[str, Any]]]


def create_app(
    firm: SandboxFirm,
    clock: Clock,
    state_dir: Path | None = None,
    *,
    behaviour: Behaviour | None = None,
) -> FaultInjector:
    """Oracle Fusion over the sample firm.

    Args:
        firm: the firm whose pod this is.
        clock: the instant of an import, and of the master data shown.
        state_dir: folder of the pod's database; None keeps it in memory.
        behaviour: what a test switches.

    Returns:
        A WSGI application that also answers below ``/oracle_fusion``.
    """
    name = f"oracle-{firm.firm_id}-{firm.seed}-{firm.size}-{firm.months}-{firm.last_month}.sqlite"
    store = Store(None if state_dir is None else state_dir / name)
    pod = Pod(firm, clock, store, behaviour or Behaviour())
    return FaultInjector(
        SandboxApp("oracle_fusion", pod.routes(), pod.authorize, refused, PREFIXES)
    )


class Pod:
    """One pod behind its endpoints.

    Args:
        firm: the firm.
        clock: the pod's clock.
        store: the pod's records.
        behaviour: switches.
    """

    def __init__(
        self,
        firm: SandboxFirm,
        clock: Callable[[], datetime],
        store: Store,
        behaviour: Behaviour,
    ) -> None:
        self._store, self._lock = store, threading.Lock()
        self._master = Master(firm, clock, behaviour)
        costs = Costs(store, self._master, behaviour)
        journals = Journals(store, self._master, behaviour)
        self._jobs = Jobs(store, costs, journals, clock, behaviour)

    def routes(self) -> list[Route]:
        """Every path that the sandbox answers."""
        integrations = f"{RESOURCES}/erpintegrations"
        search = "/ess/rest/scheduler/v1/requests/search/<int:number>"
        listed: dict[str, Records] = {
            "projectCosts": lambda: list(self._store.all(COST)),
            "journalBatches": lambda: list(self._store.all(BATCH)),
            "accountingPeriodStatusLOV": lambda: list(self._master.periods()),
            "currencyRates": self._rates,
            "projects": lambda: list(self._master.projects()),
        }
        return [
            Route("POST", integrations, self._jobs.operate),
            Route("GET", integrations, self._jobs.find),
            Route("GET", search, self._jobs.search),
            Route("GET", f"{PEOPLE}/emps", partial(_listed, lambda: list(self._master.persons()))),
            *(
                Route("GET", f"{RESOURCES}/{name}", partial(_listed, records))
                for name, records in listed.items()
            ),
        ]

    def authorize(self, request: Request) -> Response | None:
        """Check the login, then let waiting jobs come nearer to their end."""
        login, sent = TOKENS["oracle_fusion"], request.authorization
        if sent is None or sent.username != login["username"] or sent.password != login["password"]:
            return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="weblogic"'})
        with self._lock:
            self._jobs.tick()
        return None

    def _rates(self) -> list[Mapping[str, Any]]:
        return [
            {
                "FromCurrency": row.from_currency_code,
                "ToCurrency": row.to_currency_code,
                "ConversionDate": row.rate_date.isoformat(),
                "UserConversionType": "Corporate",
                "ConversionRate": row.fx_rate,
            }
            for row in self._master.state.fx_rates
        ]


def _listed(records: Records, request: Request) -> Response:
    return page(request, records())


def refused(error: HTTPException) -> Response:
    """An error as Fusion words it."""
    body = {
        "title": error.name,
        "status": str(error.code),
        "o:errorDetails": [{"detail": error.description, "o:errorCode": "27522"}],
    }
    return json_response(body, error.code or 500, content_type=ERROR_TYPE)
