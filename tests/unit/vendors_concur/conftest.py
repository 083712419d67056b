"""A firm small enough to know every row of, its Concur in process, and a way to extract it."""

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
from tests.unit.vendors_concur.small_site import NOW, item, report, small_firm
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.http.session import ApiSession
from tieout.sandbox.firm.model import (
    ExpenseEntryVersion,
    ExpenseReportVersion,
    SandboxFirm,
)
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.concur import create_app

BASE_URL = "http://concur.test/concur/api/v3.0"


@dataclass
class Concur:
    """The site of a firm whose clock a test turns, and its warehouse."""

    folder: Path
    firm: SandboxFirm = field(default_factory=small_firm)
    now: datetime = NOW
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "home")
        self.waits: list[float] = []
        self.show(self.firm)

    def show(self, firm: SandboxFirm) -> None:
        """From now on the site holds this firm; tokens handed out before are gone."""
        self.firm = firm
        self.app = create_app(firm, lambda: self.now, monotonic=lambda: self.seconds)
        self.http = HttpClient(self.app)
        self.token = ""

    def sign_in(self, **changes: str) -> Any:
        form = {"grant_type": "refresh_token", **TOKENS["concur"], **changes}
        return self.http.post("/oauth2/v0/token", data=form)

    def get(self, path: str, **query: Any) -> Any:
        self.token = self.token or self.sign_in().json["access_token"]
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.get(f"/api/v3.0/{path}", headers=headers, query_string=query)

    def fault(self, kind: str, path_regex: str = "", **more: Any) -> None:
        answer = self.http.post(
            "/__sandbox__/faults", json={"kind": kind, "path_regex": path_regex, **more}
        )
        assert answer.status_code == 201, answer.text

    def log(self) -> list[dict[str, Any]]:
        return self.http.get("/__sandbox__/log").json

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
    for name, value in TOKENS["concur"].items():
        secret = folder / "secrets" / name
        secret.write_text(value, encoding="utf-8")
        secret.chmod(0o600)
    secrets = ", ".join(f"{name}: file:secrets/{name}" for name in TOKENS["concur"])
    (folder / "firm.yml").write_text(
        f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: IN01, name: Meridian India Pvt, country: IN, functional_currency: INR, time_zone: Asia/Kolkata}}
systems:
  - id: concur
    vendor: concur
    roles: [expense]
    base_url: {BASE_URL}
    secrets: {{{secrets}}}
    options: {{{options}}}
""",
        encoding="utf-8",
    )


@pytest.fixture
def concur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Concur:
    write_firm(tmp_path / "firm")
    site = Concur(tmp_path)
    patient = {**(ApiSession.__init__.__kwdefaults__ or {}), "sleep": site.waits.append}
    monkeypatch.setattr(ApiSession.__init__, "__kwdefaults__", patient)
    return site


@pytest.fixture
def make_item() -> Callable[..., ExpenseEntryVersion]:
    return item


@pytest.fixture
def make_report() -> Callable[..., ExpenseReportVersion]:
    return report


@pytest.fixture
def make_firm() -> Callable[..., SandboxFirm]:
    return small_firm


@pytest.fixture
def rewrite_firm(tmp_path: Path) -> Callable[[str], None]:
    return lambda options: write_firm(tmp_path / "firm", options)
