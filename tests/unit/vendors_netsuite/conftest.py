"""The small firm's NetSuite account in process, and ways to call and extract it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from werkzeug.test import Client as HttpClient

from pipelines.contracts import Window
from pipelines.load import ExtractReport, extract_system
from pipelines.netsuite import VENDOR, open_session
from tests.unit.vendors_netsuite import netsuite_books
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.netsuite import create_app


@pytest.fixture(scope="session")
def books() -> Any:
    """The module that builds the small firm."""
    return netsuite_books


@pytest.fixture
def account(books: Any) -> Iterator[Any]:
    """A client of the account, in memory, at the demo's clock."""
    app = create_app(books.small_firm(), lambda: books.NOW)
    with mounted(books.BASE_URL, app):
        yield books.Caller()


class Bench:
    """The small firm's account, a clock that a test turns, and a warehouse to extract into."""

    def __init__(self, books: Any, folder: Path) -> None:
        self.books, self.folder = books, folder
        self.now = books.NOW
        self.options = "{}"
        self.home = Home(folder / "home")
        self.show(books.small_firm())

    def show(self, firm: Any, **settings: Any) -> None:
        """From now on the account holds this firm."""
        self.firm = firm
        self.app = create_app(firm, lambda: self.now, **settings)

    def caller(self) -> Any:
        """A signed client; use it inside `mounted`."""
        return self.books.Caller()

    def fault(self, kind: str, path_regex: str = "suiteql", **more: Any) -> None:
        """Arm a fault."""
        wanted = {"kind": kind, "path_regex": path_regex, **more}
        answer = HttpClient(self.app).post("/__sandbox__/faults", json=wanted)
        assert answer.status_code == 201, answer.text

    def extract(self, **options: Any) -> ExtractReport:
        """Extract the account into the warehouse."""
        write_firm(self.books.BASE_URL, self.folder / "firm", self.options)
        firm = load_firm(self.folder / "firm")
        with mounted(self.books.BASE_URL, self.app):
            return extract_system(
                firm, firm.systems[0], self.home, self.now, SilentProgress(), **options
            )

    def read(self, table: str, window: Window | None = None) -> list[dict[str, Any]]:
        """Records of one table as the connector reads them, without a warehouse."""
        write_firm(self.books.BASE_URL, self.folder / "firm", self.options)
        system = load_firm(self.folder / "firm").systems[0]
        with mounted(self.books.BASE_URL, self.app):
            session = open_session(system)
            session._sleep = lambda seconds: None
            pages = VENDOR.extractor(system, session, self.now).pages(
                VENDOR.table(table), window or Window()
            )
            return [record for page in pages for record in page.records]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse."""
        connection = duckdb.connect(str(self.home.warehouse), read_only=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def write_firm(base_url: str, folder: Path, options: str) -> None:
    """A firm of one NetSuite system."""
    (folder / "secrets").mkdir(parents=True, exist_ok=True)
    names = []
    for name, value in TOKENS["netsuite"].items():
        secret = folder / "secrets" / name
        secret.write_text(value, encoding="utf-8")
        secret.chmod(0o600)
        names.append(f"{name}: file:secrets/{name}")
    (folder / "firm.yml").write_text(
        f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: US01, name: Meridian US LLC, country: US, functional_currency: USD}}
systems:
  - id: netsuite
    vendor: netsuite
    roles: [erp, billing]
    base_url: {base_url}
    secrets: {{{", ".join(names)}}}
    options: {options}
""",
        encoding="utf-8",
    )


@pytest.fixture
def bench(books: Any, tmp_path: Path) -> Bench:
    """An account to extract."""
    return Bench(books, tmp_path)


@pytest.fixture(scope="session")
def make_bench(books: Any) -> Callable[[Path], Bench]:
    """An account to extract, in a folder that outlives one test."""
    return lambda folder: Bench(books, folder)
