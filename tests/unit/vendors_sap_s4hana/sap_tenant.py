"""A small SAP tenant: one company code, a few accounts and projects, June and July open.

Here: its master data, a client, and the tenant with its confirmation receiver. Not here: the
fixtures (`conftest` of the SAP rooms).
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client

from tieout.config import System
from tieout.posting.delivery.sap_s4hana_mailbox import Mailbox
from tieout.posting.delivery.sap_s4hana_receiver import create_receiver
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.sap_s4hana import JOURNAL, create_app
from tieout.sandbox.vendors.sap_s4hana_odata import CUBE
from tieout.sandbox.vendors.sap_s4hana_setup import Habits, SapSetup
from tieout.sandbox.vendors.sap_s4hana_store import SapStore

BASE_URL = "http://sap.test/sap_s4hana"
NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
OUTBOUND = ("sap-outbound", "sandbox-outbound-password")
SETUP = SapSetup(
    companies={"US01": "USD", "UK01": "GBP"},
    accounts={"5100": True, "6100": True, "2100": False, "2300": False},
    wbs_elements={"P-1003": "released", "P-1004": "released", "P-1008": "closed"},
    open_months=frozenset({date(2026, 6, 1), date(2026, 7, 1)}),
)


def sap_system(folder: Path, **options: Any) -> System:
    """The tenant as firm.yml describes it."""
    for name, value in TOKENS["sap_s4hana"].items():
        (folder / name).write_text(value, encoding="utf-8")
    system = System(
        id="sap_us",
        vendor="sap_s4hana",
        roles=["erp"],
        base_url=BASE_URL,
        secrets={name: f"file:{name}" for name in TOKENS["sap_s4hana"]},
        options={"settle_seconds": 300, "answer_seconds": 10, **options},
    )
    system._folder = folder
    return system


class Tenant:
    """The tenant behind its endpoints, with a clock that moves when somebody waits."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.moment, self.habits = folder, NOW, Habits()
        self.mailbox = Mailbox(folder / "sap_confirmations")
        self.waits: list[float] = []
        self.restart()

    def restart(self) -> None:
        """A new server process over the same database file."""
        receiver = Client(create_receiver(self.mailbox, *OUTBOUND))

        def outbound(data: bytes) -> None:
            assert receiver.post("/", data=data, auth=OUTBOUND).status_code == 202

        self.app = create_app(
            SETUP, lambda: self.moment, self.folder / "state", habits=self.habits, outbound=outbound
        )
        self.http = Client(self.app)

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.waits.append(seconds)
        self.moment += timedelta(seconds=seconds)

    def fault(self, kind: str, path_regex: str = "journalentry", **more: Any) -> None:
        """Arm a fault."""
        wanted = {"kind": kind, "path_regex": path_regex, **more}
        assert self.http.post("/__sandbox__/faults", json=wanted).status_code == 201

    def commit_late_work(self) -> None:
        """Whatever was held back happens now."""
        assert self.http.post("/__sandbox__/commit").status_code == 204

    def get(self, **query: str) -> Any:
        """An answer of the read interface."""
        login = (TOKENS["sap_s4hana"]["username"], TOKENS["sap_s4hana"]["password"])
        return self.http.get(f"{CUBE}?{urlencode(query)}", auth=login)

    def post(self, data: bytes) -> Any:
        """An answer of the journal entry service."""
        login = (TOKENS["sap_s4hana"]["username"], TOKENS["sap_s4hana"]["password"])
        return self.http.post(JOURNAL, data=data, auth=login)

    def items(self, condition: str = "") -> list[dict[str, Any]]:
        """Items in the books."""
        answer = self.get(**({"$filter": condition} if condition else {}))
        rows: list[dict[str, Any]] = json.loads(answer.data)["d"]["results"]
        return rows

    def reverse(self, document: int) -> None:
        """A person reverses an entry: SAP marks it and posts another under its reference."""
        store = SapStore(self.folder / "state" / "sap_s4hana.sqlite")
        number = f"{document:010d}"
        rows = [row for row in store.items() if row["AccountingDocument"] == number]
        store.put(document, [{**row, "IsReversed": True} for row in rows])
        fresh = store.next_document()
        other = {"S": "H", "H": "S"}
        store.put(
            fresh,
            [
                {
                    **row,
                    "AccountingDocument": f"{fresh:010d}",
                    "IsReversal": True,
                    "DebitCreditCode": other[row["DebitCreditCode"]],
                    "AmountInCompanyCodeCurrency": str(
                        -Decimal(row["AmountInCompanyCodeCurrency"])
                    ),
                }
                for row in rows
            ],
        )
        store.close()

    def posts(self) -> int:
        """How many messages arrived at the service."""
        log = self.http.get("/__sandbox__/log").json or []
        return sum(row["method"] == "POST" for row in log)
