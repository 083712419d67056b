"""A small company's BambooHR in process, its clock, and a way to extract it into a warehouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from werkzeug.test import Client as HttpClient

from pipelines.load import ExtractReport, extract_system
from tests.unit.vendors_harvest.small_firm import NOW, small_firm, worker
from tieout.config import Home, load_firm
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.sandbox.firm.model import Worker
from tieout.sandbox.vendors.bamboohr import create_app
from tieout.sandbox.vendors.base import TOKENS

BASE_URL = "http://bamboohr.test/bamboohr"
KEY = TOKENS["bamboohr"]["api_key"]
LEFT = datetime(2026, 6, 12, 17, tzinfo=UTC)


def people() -> tuple[Worker, ...]:
    """An employee, his manager, and a contractor who left."""
    boss = worker(1, job_title="Partner")
    employee = worker(2, manager_worker_id="W-0001")
    contractor = worker(3, worker_type="contractor", first_name="Bo")
    gone = replace(contractor, terminated_date=date(2026, 6, 12), changed_at=LEFT)
    return (boss, employee, contractor, gone)


@dataclass
class BambooHr:
    """The company of some people at an instant that a test moves."""

    folder: Path
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "home")
        self.show(*people())

    def show(self, *workers: Worker) -> None:
        """From now on the company holds these versions of people."""
        self.workers = workers
        self.app = create_app(small_firm(workers=workers), lambda: self.now)
        self.http = HttpClient(self.app)

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(
            f"/api/v1/{path}", auth=(KEY, "x"), query_string=query,
            headers={"Accept": "application/json"},
        )  # fmt: skip

    def fault(self, kind: str, path_regex: str = "", **more: Any) -> None:
        wanted = {"kind": kind, "path_regex": path_regex, **more}
        assert self.http.post("/__sandbox__/faults", json=wanted).status_code == 201

    def requests(self) -> list[str]:
        """Paths asked for so far, below the API root."""
        log = self.http.get("/__sandbox__/log").json
        return [row["path"].partition("/employees")[2] for row in log]

    def extract(self, **options: Any) -> ExtractReport:
        firm = load_firm(self.folder / "firm")
        with mounted(BASE_URL, self.app):
            return extract_system(
                firm, firm.systems[0], self.home, self.now, SilentProgress(), **options
            )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = duckdb.connect(str(self.home.warehouse), read_only=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


@pytest.fixture
def bamboohr(tmp_path: Path) -> BambooHr:
    folder = tmp_path / "firm"
    (folder / "secrets").mkdir(parents=True)
    secret = folder / "secrets" / "api_key"
    secret.write_text(KEY, encoding="utf-8")
    secret.chmod(0o600)
    (folder / "firm.yml").write_text(
        f"""
firm: {{id: meridian, name: Meridian Consulting, reporting_currency: USD}}
entities:
  - {{id: US01, name: Meridian US LLC, country: US, functional_currency: USD, time_zone: America/New_York}}
systems:
  - id: bamboohr
    vendor: bamboohr
    roles: [hr]
    base_url: {BASE_URL}
    secrets: {{api_key: file:secrets/api_key}}
    options: {{legal_entity: division}}
ownership: {{worker: bamboohr}}
""",
        encoding="utf-8",
    )
    return BambooHr(tmp_path)


@pytest.fixture
def make_worker() -> Callable[..., Worker]:
    return worker
