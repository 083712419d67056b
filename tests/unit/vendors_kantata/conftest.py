"""A firm small enough to know every row of, its Kantata in process, and a way to extract it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from werkzeug.test import Client as HttpClient

from pipelines.load import ExtractReport, extract_system
from tests.unit.vendors_kantata.small_account import NOW, entry, project, small_firm, submission
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.http.session import ApiSession
from tieout.sandbox.firm.model import (
    Project,
    SandboxFirm,
    TimeEntryVersion,
    TimesheetSubmission,
)
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.kantata import create_app

BASE_URL = "http://kantata.test/kantata/api/v1"
HEADERS = {"Authorization": f"Bearer {TOKENS['kantata']['token']}"}


@dataclass
class Kantata:
    """The account of a firm whose clock a test turns, and its warehouse."""

    folder: Path
    firm: SandboxFirm = field(default_factory=small_firm)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "home")
        self.waits: list[float] = []
        self.show(self.firm)

    def show(self, firm: SandboxFirm) -> None:
        """From now on the account holds this firm."""
        self.firm = firm
        self.app = create_app(firm, lambda: self.now)
        self.http = HttpClient(self.app)

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/api/v1/{path}", headers=HEADERS, query_string=query)

    def fault(self, kind: str, path_regex: str = "", **more: Any) -> None:
        answer = self.http.post(
            "/__sandbox__/faults", json={"kind": kind, "path_regex": path_regex, **more}
        )
        assert answer.status_code == 201, answer.text

    def extract(self, **options: Any) -> ExtractReport:
        firm = load_firm(self.folder / "firm")
        with mounted(BASE_URL, self.app):
            return extract_system(
                firm, firm.systems[0], self.home, self.now, SilentProgress(), **options
            )

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = duckdb.connect(str(self.home.warehouse), read_only=True)
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.warehouse() as connection:
            return connection.execute(query).fetchall()


def write_firm(folder: Path, options: str = "") -> None:
    (folder / "secrets").mkdir(parents=True, exist_ok=True)
    secret = folder / "secrets" / "token"
    secret.write_text(TOKENS["kantata"]["token"], encoding="utf-8")
    secret.chmod(0o600)
    (folder / "firm.yml").write_text(
        f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: UK01, name: Meridian UK Ltd, country: GB, functional_currency: GBP, time_zone: Europe/London}}
systems:
  - id: kantata
    vendor: kantata
    roles: [psa, time]
    base_url: {BASE_URL}
    secrets: {{token: file:secrets/token}}
    options: {{connections: 1{options}}}
ownership: {{time_entry: kantata}}
""",
        encoding="utf-8",
    )


@pytest.fixture
def kantata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kantata:
    write_firm(tmp_path / "firm")
    account = Kantata(tmp_path)
    monkeypatch.setattr(
        ApiSession.__init__,
        "__kwdefaults__",
        {**(ApiSession.__init__.__kwdefaults__ or {}), "sleep": account.waits.append},
    )
    return account


@pytest.fixture
def make_entry() -> Callable[..., TimeEntryVersion]:
    return entry


@pytest.fixture
def make_submission() -> Callable[..., TimesheetSubmission]:
    return submission


@pytest.fixture
def make_project() -> Callable[..., Project]:
    return project


@pytest.fixture
def make_firm() -> Callable[..., SandboxFirm]:
    return small_firm


@pytest.fixture
def rewrite_firm(tmp_path: Path) -> Callable[[str], None]:
    return lambda options: write_firm(tmp_path / "firm", options)
