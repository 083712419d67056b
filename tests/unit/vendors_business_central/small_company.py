"""A company in Business Central that is small enough to know every record of.

Here: its master data, the system of firm.yml that names it, and `Company`, the emulated service in
process. Not here: the fixtures (`conftest` of the Business Central rooms).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from werkzeug.test import Client as HttpClient

from pipelines.business_central import VENDOR
from tests.nasty.posting_kit import frame, line
from tieout.config import System
from tieout.http import ApiSession, mounted
from tieout.posting.delivery.base import Found, LineResult
from tieout.posting.delivery.business_central import BusinessCentralDelivery
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.business_central import API_ROOT, create_company
from tieout.sandbox.vendors.business_central_master import (
    COMPANY_ID,
    GlAccount,
    Master,
    employee,
    period,
    project,
    rate,
)

HOST = "http://bc.test/business_central"
NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)

MASTER = Master(
    name="Meridian US LLC",
    currency_code="USD",
    accounts=(
        *(GlAccount(number) for number in ("1300", "2100", "2300", "4100", "5100", "6100")),
        GlAccount("9100", is_blocked=True),
        GlAccount("9200", is_direct=False),
        GlAccount("9300", needs_group=True),
    ),
    allow_from=date(2026, 6, 1),
    lists={
        "accountingPeriods": [
            period(date(2026, 5, 1), "May", MADE, is_closed=True),
            period(date(2026, 6, 1), "June", MADE, is_closed=False),
        ],
        "currencyExchangeRates": [rate("EUR", date(2026, 6, 1), Decimal("1.0875"), MADE)],
        "employees": [
            employee("AB", "Ada", "Byron", "Ada@meridian.example", MADE, title="Consultant",
                     hired=date(2024, 1, 8)),
            employee("CD", "Carl", "Doe", "carl@meridian.example", MADE, left=date(2026, 5, 31)),
        ],
        "projects": [project("J10", "Project 10", MADE)],
    },
)  # fmt: skip


def business_central_system(folder: Path, host: str = HOST, **options: Any) -> System:
    """The company as firm.yml describes it."""
    for name, value in TOKENS["business_central"].items():
        (folder / name).write_text(value, encoding="utf-8")
    plain = {
        "company": COMPANY_ID,
        "legal_entity": "US01",
        "token_url": f"{host}/sandbox/oauth2/v2.0/token",
    }
    system = System(
        id="business_central",
        vendor="business_central",
        roles=["erp"],
        base_url=host + API_ROOT,
        secrets={name: f"file:{name}" for name in TOKENS["business_central"]},
        options={**plain, **options},
    )
    system._folder = folder
    return system


def time_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """Seven and a half hours that the small company takes."""
    ids = {"target": "business_central", "erp_worker_id": "AB", "erp_project_id": "J10"}
    return line(record, **{**ids, **changes})


def expense_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """An expense of 120.00 that the small company takes, billed in another currency."""
    plain = {
        "entry_type": "expense",
        "hours": Decimal(0),
        "cost_rate": None,
        "cost_amount_functional": Decimal("120.00"),
        "bill_rate": None,
        "bill_amount_contract": Decimal("110.34"),
        "bill_amount_functional": Decimal("120.00"),
        "contract_currency_code": "EUR",
        "debit_account_code": "6100",
        "credit_account_code": "2300",
    }
    return time_line(record, **{**plain, **changes})


def reversal_of(original: dict[str, Any]) -> dict[str, Any]:
    """The line that reverses a line."""
    turned = ("hours", "cost_amount_functional", "bill_amount_contract", "bill_amount_functional")
    changes = {name: -original[name] for name in turned}
    return {**original, "posting_key": "R:" + original["posting_key"], **changes}


class Company:
    """The emulated company behind a delivery; the app may be restarted, the file stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waits: list[float] = []
        self.master = MASTER
        self.moment = NOW
        self.settings: dict[str, Any] = {}
        self.restart()

    def restart(self, **settings: Any) -> None:
        """A new server process over the same database file."""
        self.settings = {**self.settings, **settings}
        self.app = create_company(
            lambda: self.master, lambda: self.moment, self.folder / "state", **self.settings
        )
        self.http = HttpClient(self.app)

    def close_until(self, day: date) -> None:
        """Postings are allowed from that day on only."""
        self.master = replace(self.master, allow_from=day)

    def session(self, **options: Any) -> ApiSession:
        """An authenticated session that does not really wait."""
        assert VENDOR.session is not None
        session = VENDOR.session(business_central_system(self.folder, **options))
        session._sleep = self.waits.append
        return session

    def delivery(self, **options: Any) -> BusinessCentralDelivery:
        """An adapter as a new process makes it."""
        system = business_central_system(self.folder, **options)
        return BusinessCentralDelivery(system, self.session(**options), self.waits.append)

    def fault(self, kind: str, path_regex: str, **more: Any) -> None:
        """Arm a fault."""
        wanted = {"kind": kind, "path_regex": path_regex, **more}
        assert self.http.post("/__sandbox__/faults", json=wanted).status_code == 201

    def forget_faults(self) -> None:
        """Disarm everything."""
        assert self.http.delete("/__sandbox__/faults").status_code == 204

    def commit_late_work(self) -> None:
        """Whatever was held back happens now."""
        assert self.http.post("/__sandbox__/commit").status_code == 204

    def send(self, rows: Sequence[dict[str, Any]] | pl.DataFrame) -> dict[str, LineResult]:
        """Send lines; results by posting key."""
        lines = rows if isinstance(rows, pl.DataFrame) else frame(rows)
        with mounted(HOST, self.app):
            return {result.posting_key: result for result in self.delivery().send(lines)}

    def look_up(self, *keys: str) -> dict[str, list[Found]]:
        """What the company holds."""
        with mounted(HOST, self.app):
            return self.delivery().look_up(keys)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """One request of a person to the company: status and answer."""
        with mounted(HOST, self.app):
            accepted = frozenset({400, 404, 409, 429})
            url = f"companies({COMPANY_ID})/{path}"
            response = self.session().request(method, url, retry=False, accept=accepted, **options)
        return response.status_code, response.json() if response.content else None

    def entries(self) -> list[dict[str, Any]]:
        """Every general ledger entry."""
        found: list[dict[str, Any]] = self.ask("GET", "generalLedgerEntries")[1]["value"]
        return found

    def journals(self) -> list[dict[str, Any]]:
        """Every journal."""
        found: list[dict[str, Any]] = self.ask("GET", "journals")[1]["value"]
        return found
