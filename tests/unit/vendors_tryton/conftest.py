"""A real Tryton server for the tests of the connector, by file copy, and a firm that reads it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.load import ExtractReport, extract_system
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.sandbox.tryton.ready import ready_server
from tieout.sandbox.tryton.rpc import TrytonClient
from tieout.sandbox.tryton.sample import SAMPLE
from tieout.sandbox.tryton.server import TrytonServer
from tieout.sandbox.tryton.template import ADMIN_PASSWORD
from tieout.sandbox.vendors.base import TOKENS

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
ACCOUNTS = """legal_entity_id,target,purpose,account_code
UK01,tryton_uk,labour_cost,5100
UK01,tryton_uk,labour_clearing,2190
UK01,tryton_uk,wip,1350
UK01,tryton_uk,accrued_revenue,4010
UK01,tryton_uk,expense_cost,5300
UK01,tryton_uk,expense_payable,2150
"""


@dataclass
class Ledger:
    """A firm with one Tryton, its clock and its warehouse."""

    folder: Path
    server: TrytonServer
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "home")
        (self.folder / "firm" / "crosswalks").mkdir(parents=True)
        (self.folder / "firm" / "crosswalks" / "account.csv").write_text(ACCOUNTS)
        self.write_secret("password", TOKENS["tryton"]["password"])
        self.write_secret("username", TOKENS["tryton"]["username"])
        self.write_firm()

    def write_secret(self, name: str, value: str) -> None:
        (self.folder / "firm" / name).write_text(value)

    def write_firm(self, options: str = "{}") -> None:
        (self.folder / "firm" / "firm.yml").write_text(f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: UK01, name: Meridian UK Ltd, country: GB, functional_currency: GBP, time_zone: Europe/London}}
systems:
  - id: tryton_uk
    vendor: tryton
    roles: [erp]
    base_url: {self.server.url}
    secrets: {{username: file:username, password: file:password}}
    options: {options}
""")

    def extract(self, **options: Any) -> ExtractReport:
        firm = load_firm(self.folder / "firm")
        return extract_system(
            firm, firm.systems[0], self.home, self.now, SilentProgress(), **options
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = duckdb.connect(str(self.home.warehouse), read_only=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def admin(self) -> TrytonClient:
        client = TrytonClient(self.server.url, "admin", ADMIN_PASSWORD)
        client.context = {"company": 1, "companies": [1]}
        return client

    def stamp(self, description: str, stamp: str) -> None:
        """Give a move another time of entry, as a long transaction that commits late has."""
        self.server.stop()
        with closing(sqlite3.connect(self.server.database)) as connection, connection:
            connection.execute(
                "update account_move set create_date = ?, write_date = ? where description = ?",
                (stamp, stamp, description),
            )
            connection.execute("update account_move_line set create_date = ?, write_date = null"
                               " where move in (select id from account_move where description = ?)",
                               (stamp, description))  # fmt: skip
        self.server.start()


@pytest.fixture(scope="session")
def tryton(tmp_path_factory):
    """A running server with the sample books, which tests only read."""
    server = ready_server(SAMPLE, tmp_path_factory.mktemp("tryton"))
    yield server
    server.stop()


@pytest.fixture
def ledger(tryton, tmp_path):
    """A firm that reads the shared server."""
    return Ledger(tmp_path, tryton)


@pytest.fixture
def own_ledger(tmp_path):
    """A firm with a server of its own, which the test may change."""
    server = ready_server(SAMPLE, tmp_path / "server")
    yield Ledger(tmp_path, server)
    server.stop()
