"""The small firm's Harvest in process, its clock, and a way to extract it into a warehouse."""

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
from tests.unit.vendors_harvest.small_firm import NOW, entry, small_firm
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.sandbox.firm.model import SandboxFirm, TimeEntryVersion
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.harvest import create_app

BASE_URL = "http://harvest.test/harvest/v2"
HEADERS = {
    "Authorization": f"Bearer {TOKENS['harvest']['token']}",
    "Harvest-Account-Id": TOKENS["harvest"]["account_id"],
    "User-Agent": "tests",
}


@dataclass
class Harvest:
    """The account of a firm whose clock a test turns, and its warehouse."""

    folder: Path
    firm: SandboxFirm = field(default_factory=small_firm)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "home")
        self.show(self.firm)

    def show(self, firm: SandboxFirm) -> None:
        """From now on the account holds this firm."""
        self.firm = firm
        self.app = create_app(firm, lambda: self.now)
        self.http = HttpClient(self.app)

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(f"/v2/{path}", headers=HEADERS, query_string=query)

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


def write_firm(folder: Path, hours: str = "rounded_hours") -> None:
    (folder / "secrets").mkdir(parents=True)
    for name, value in TOKENS["harvest"].items():
        secret = folder / "secrets" / name
        secret.write_text(value, encoding="utf-8")
        secret.chmod(0o600)
    (folder / "firm.yml").write_text(
        f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: US01, name: Meridian US LLC, country: US, functional_currency: USD, time_zone: America/New_York}}
systems:
  - id: harvest_us
    vendor: harvest
    roles: [time]
    base_url: {BASE_URL}
    secrets: {{token: file:secrets/token, account_id: file:secrets/account_id}}
    options: {{hours: {hours}}}
ownership: {{time_entry: harvest_us}}
""",
        encoding="utf-8",
    )


@pytest.fixture
def harvest(tmp_path: Path) -> Harvest:
    write_firm(tmp_path / "firm")
    return Harvest(tmp_path)


@pytest.fixture
def make_entry() -> Callable[..., TimeEntryVersion]:
    return entry


@pytest.fixture
def make_firm() -> Callable[..., SandboxFirm]:
    return small_firm
