"""A Dynamics 365 F&O environment as integrations see it: packages in, OData out.

Here: routes, login and the order of work. Not here: imports (`d365_fo_imports`), rules of a row
(`d365_fo_rules`), posting (`d365_fo_posting`), queries (`d365_fo_odata`), the token endpoint
(`d365_fo_login`), master data and switches (`d365_fo_setup`).

State is kept in a file below `state_dir`, or in memory without one. Lost answers, late commits,
throttling (429 with Retry-After) and outages are armed through `faults`.

Named assumptions, where the documented facts end (each module names its own): work that waits is
done before the next request; one environment has one blob storage, whose addresses carry a
signature that is not checked; enumerations are shown by name.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import Clock, Route, SandboxApp, json_response
from tieout.sandbox.vendors.d365_fo_imports import Imports
from tieout.sandbox.vendors.d365_fo_login import Tokens
from tieout.sandbox.vendors.d365_fo_odata import PAGE_SIZE, answer
from tieout.sandbox.vendors.d365_fo_posting import PostJournals
from tieout.sandbox.vendors.d365_fo_setup import Moods, Setup
from tieout.sandbox.vendors.d365_fo_store import Store
from tieout.sandbox.vendors.faults import FaultInjector

PREFIXES: Final = ("/d365_fo", "")
ACTIONS: Final = "/data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.<action>"
STORED: Final = (
    "JournalTables", "JournalTrans", "ExpenseJournalHeaders", "ExpenseJournalLines",
    "LedgerJournalHeaders", "LedgerJournalLines", "PSAActuals",
)  # fmt: skip


def create_app(
    setup: Setup,
    clock: Clock,
    state_dir: Path | None = None,
    *,
    moods: Moods | None = None,
    blob_root: str | None = None,
    page_size: int = PAGE_SIZE,
) -> FaultInjector:
    """An environment with the master data given.

    Args:
        setup: master data.
        clock: the environment's clock; ages tokens.
        state_dir: folder of its database; None keeps it in memory.
        moods: switches of a test.
        blob_root: address of its blob storage; None: its own.
        page_size: records per OData page.

    Returns:
        A WSGI application that also answers below ``/d365_fo``.
    """
    store = Store(None if state_dir is None else state_dir / "d365_fo.sqlite")
    environment = Environment(setup, clock, store, moods or Moods(), blob_root, page_size)
    app = SandboxApp("d365_fo", environment.routes(), environment.authorize, http_error, PREFIXES)
    return FaultInjector(app)


def http_error(error: HTTPException) -> Response:
    """An HTTP error in the shape of OData."""
    body = {"code": "", "message": error.description or "An error has occurred."}
    return json_response({"error": body}, error.code or 500)


class Environment:
    """One environment behind its endpoints; see `create_app`."""

    def __init__(
        self,
        setup: Setup,
        clock: Clock,
        store: Store,
        moods: Moods,
        blob_root: str | None,
        page_size: int,
    ) -> None:
        self._setup, self._store, self._page_size = setup, store, page_size
        self._tokens = Tokens(clock)
        self._imports = Imports(store, setup, moods, blob_root)
        self._journals = PostJournals(store, setup, moods)
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """Every path that the sandbox answers."""
        return [
            Route("POST", "/<tenant>/oauth2/v2.0/token", self._tokens.issue),
            Route("PUT", "/blob/<path:name>", self._imports.put_blob),
            Route("GET", "/blob/<path:name>", self._imports.get_blob),
            Route("POST", ACTIONS, self._imports.act),
            Route("GET", "/data/<entity_set>", self._query),
        ]

    def authorize(self, request: Request) -> Response | None:
        """Check the token where one is due, then do the work that waits."""
        if request.path.startswith("/data/"):
            refused = self._tokens.refusal(request)
            if refused is not None:
                return refused
        with self._lock:
            self._imports.run_pending()
            self._journals.run()
        return None

    def _query(self, request: Request, entity_set: str) -> Response:
        made: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "Ledgers": self._ledgers,
            "FiscalPeriods": self._periods,
            "LedgerFiscalPeriods": self._ledger_periods,
            "ProjectsV2": self._projects,
            "Workers": self._workers,
            "ExchangeRates": lambda: [dict(rate) for rate in self._setup.rates],
        }
        if entity_set in STORED:
            records = [body for _, body in self._store.rows(entity_set)]
        elif entity_set in made:
            records = made[entity_set]()
        else:
            return json_response({"error": {"code": "", "message": "Resource not found."}}, 404)
        own = next(iter(self._setup.companies))
        return answer(request, entity_set, records, own, self._page_size)

    def _ledgers(self) -> list[dict[str, Any]]:
        return [
            {"LegalEntityId": company.upper(), "AccountingCurrency": currency}
            for company, currency in self._setup.companies.items()
        ]

    def _periods(self) -> list[dict[str, Any]]:
        return [
            {"Calendar": "Fiscal", "FiscalYear": period[:4], "PeriodName": f"Period {period[5:]}",
             "StartDate": f"{period}-01", "EndDate": f"{period}-28", "Type": "Operating"}
            for period in self._setup.periods
        ]  # fmt: skip

    def _ledger_periods(self) -> list[dict[str, Any]]:
        return [
            {
                "LegalEntityId": company.upper(),
                "Calendar": "Fiscal",
                "YearName": period[:4],
                "PeriodName": f"Period {period[5:]}",
                "PeriodStatus": "Open" if period in self._setup.open_periods else "OnHold",
                "ProjectAccessLevel": "All",
            }
            for company in self._setup.companies
            for period in self._setup.periods
        ]

    def _workers(self) -> list[dict[str, Any]]:
        return [
            {
                "PersonnelNumber": number,
                "Name": name,
                "PrimaryContactEmail": "",
                "WorkerType": "Employee",
            }
            for number, name in self._setup.workers.items()
        ]

    def _projects(self) -> list[dict[str, Any]]:
        first = next(iter(self._setup.companies))
        return [
            {
                "dataAreaId": first,
                "ProjectId": project,
                "ProjectStage": stage,
                "ProjectName": self._setup.project_names.get(project, project),
                "CustomerAccountNumber": "",
                "ActualStartDate": "1900-01-01",
                "ProjectedEndDate": "1900-01-01",
            }
            for project, stage in self._setup.projects.items()
        ]
