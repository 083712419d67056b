"""An SAP S/4HANA Cloud tenant: journal entries in by SOAP, confirmed outward, read by OData.

Here: routes, login, and the order of a request: login, then messages that are due, then the work.
Messages live in `sap_s4hana_messages`, checks in `sap_s4hana_rules`, reading in `sap_s4hana_odata`,
state in `sap_s4hana_store`, master data and habits in `sap_s4hana_setup`. What breaks on the way
(lost answers, late arrivals, outage pages) is `faults`, around it all.

Named assumptions, where the documented facts end (each module names its own):
    * the address of the asynchronous service, formed like that of the synchronous one;
    * HTTP Basic of one communication user for both services;
    * a taken message is carried out when the next request of any kind arrives after its delay,
      never in a background thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import TOKENS, Route, SandboxApp
from tieout.sandbox.vendors.faults import FaultInjector
from tieout.sandbox.vendors.sap_s4hana_messages import Messages, Outbound, fault
from tieout.sandbox.vendors.sap_s4hana_odata import CUBE, PAGE_MAX, Books
from tieout.sandbox.vendors.sap_s4hana_setup import Habits, SapSetup
from tieout.sandbox.vendors.sap_s4hana_store import SapStore

PREFIXES: Final = ("/sap_s4hana", "")
JOURNAL: Final = "/sap/bc/srt/scs_ext/sap/journalentrybulkcreationreques"


def create_app(
    setup: SapSetup,
    clock: Callable[[], datetime],
    state_dir: Path | None = None,
    *,
    habits: Habits | None = None,
    outbound: Outbound | None = None,
    page_max: int = PAGE_MAX,
) -> FaultInjector:
    """A tenant.

    Args:
        setup: its master data.
        clock: the instant of a posting, and what tells which messages are due.
        state_dir: folder of the tenant's database; None keeps it in memory.
        habits: how it misbehaves; the caller may change it while the tenant runs.
        outbound: where confirmations are sent; None sends none.
        page_max: rows per OData answer.

    Returns:
        A WSGI application that also answers below ``/sap_s4hana``.
    """
    store = SapStore(None if state_dir is None else state_dir / "sap_s4hana.sqlite")
    messages = Messages(setup, habits or Habits(), store, clock, outbound)
    login = Login(messages)
    routes = [
        Route("POST", JOURNAL, messages.take),
        Route("GET", CUBE, Books(store, page_max).answer),
    ]
    return FaultInjector(
        SandboxApp("sap_s4hana", routes, login.authorize, _from_http, PREFIXES),
        answers={"period_closed": lambda _: fault("Posting period is not open")},
    )


class Login:
    """Checks credentials, then brings the tenant up to now."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._lock = threading.Lock()

    def authorize(self, request: Request) -> Response | None:
        """The refusal of a request without the communication user's credentials."""
        known = TOKENS["sap_s4hana"]
        given = request.authorization
        if (
            given is None
            or given.type != "basic"
            or (given.username, given.password) != (known["username"], known["password"])
        ):
            headers = {"WWW-Authenticate": 'Basic realm="SAP NetWeaver Application Server"'}
            return Response("Logon failed", status=401, headers=headers)
        with self._lock:
            self._messages.carry_out()
        return None


def _from_http(error: HTTPException) -> Response:
    return Response(error.description or "", status=error.code or 500)
