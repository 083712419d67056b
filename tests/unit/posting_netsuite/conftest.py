"""The small firm's NetSuite account in process, and the delivery that posts to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from werkzeug.test import Client as HttpClient

from pipelines.netsuite import open_session
from tests.nasty.posting_kit import frame, line
from tests.unit.vendors_netsuite import netsuite_books as books
from tieout.config import System
from tieout.http import mounted
from tieout.posting.delivery.base import LineResult
from tieout.posting.delivery.netsuite import NetSuiteDelivery
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.netsuite import create_app


def netsuite_system(folder: Path, **options: Any) -> System:
    """The account as firm.yml describes it."""
    for name, value in TOKENS["netsuite"].items():
        (folder / name).write_text(value, encoding="utf-8")
    system = System(
        id="netsuite",
        vendor="netsuite",
        roles=["erp"],
        base_url=books.BASE_URL,
        secrets={name: f"file:{name}" for name in TOKENS["netsuite"]},
        options=options,
    )
    system._folder = folder
    return system


def time_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """Seven and a half hours that the small firm's account takes."""
    ids = {"erp_worker_id": "1201", "erp_project_id": "5601"}
    return line(record, **{**ids, **changes})


def expense_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """An expense of 120.00 that the small firm's account takes."""
    plain = {
        "entry_type": "expense",
        "hours": Decimal(0),
        "cost_rate": None,
        "cost_amount_functional": Decimal("120.00"),
        "bill_rate": None,
        "bill_amount_contract": Decimal("130.10"),
        "contract_currency_code": "EUR",
        "debit_account_code": "6100",
        "credit_account_code": "2300",
    }
    return time_line(record, **{**plain, **changes})


class Account:
    """The emulated account behind a delivery; the app may be restarted, the file stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waits: list[float] = []
        self.firm = books.small_firm()
        self.moment = books.NOW
        self.restart()

    def restart(self) -> None:
        """A new server process over the same database file."""
        self.app = create_app(self.firm, lambda: self.moment, self.folder / "state")
        self.http = HttpClient(self.app)

    def delivery(self, **options: Any) -> NetSuiteDelivery:
        """An adapter as a new process makes it."""
        system = netsuite_system(self.folder, **options)
        session = open_session(system)
        session._sleep = self.waits.append
        return NetSuiteDelivery(system, session, self.waits.append)

    def fault(self, kind: str, path_regex: str = "record/v1", **more: Any) -> None:
        """Arm a fault."""
        wanted = {"kind": kind, "path_regex": path_regex, **more}
        assert self.http.post("/__sandbox__/faults", json=wanted).status_code == 201

    def commit_late_work(self) -> None:
        """Whatever was held back happens now."""
        assert self.http.post("/__sandbox__/commit").status_code == 204

    def send(
        self, rows: Sequence[dict[str, Any]] | pl.DataFrame, **options: Any
    ) -> dict[str, LineResult]:
        """Send lines; results by posting key."""
        lines = rows if isinstance(rows, pl.DataFrame) else frame(rows)
        with mounted(books.BASE_URL, self.app):
            return {result.posting_key: result for result in self.delivery(**options).send(lines)}

    def look_up(self, *keys: str) -> dict[str, Any]:
        """What the account holds."""
        with mounted(books.BASE_URL, self.app):
            return self.delivery().look_up(keys)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows of a query."""
        with mounted(books.BASE_URL, self.app):
            return books.Caller().rows(query)


@pytest.fixture
def erp(tmp_path: Path) -> Account:
    """An account."""
    return Account(tmp_path)


@pytest.fixture
def make_time_line() -> Callable[..., dict[str, Any]]:
    return time_line


@pytest.fixture
def make_expense_line() -> Callable[..., dict[str, Any]]:
    return expense_line
