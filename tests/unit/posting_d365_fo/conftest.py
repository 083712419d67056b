"""A Dynamics 365 F&O environment in process, and the protocol that posts to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client as HttpClient

from pipelines.d365_fo.auth import D365FoSession
from tests.kit.ledgers import lay_empty_ledger
from tests.nasty.posting_kit import JUNE, NOW, SmallFirm, SmallHome, line, open_gate
from tieout.config import System
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.posting.delivery.base import Submission
from tieout.posting.delivery.d365_fo import D365FoDelivery
from tieout.posting.ledger import Ledger
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target
from tieout.posting.writers.d365_fo import create_writer
from tieout.sandbox.vendors.d365_fo import create_app
from tieout.sandbox.vendors.d365_fo_login import CREDENTIALS
from tieout.sandbox.vendors.d365_fo_setup import Moods, Setup

TARGET = "d365_fo"
BASE_URL = "https://meridian.operations.dynamics.test"
BLOB_URL = "https://storage.blob.test"
LOGIN_URL = "https://login.test"


def fno_system(folder: Path, base_url: str = BASE_URL, **options: Any) -> System:
    """The environment as firm.yml describes it."""
    for name, value in CREDENTIALS.items():
        (folder / name).write_text(value, encoding="utf-8")
    system = System(
        id=TARGET,
        vendor="d365_fo",
        roles=["erp"],
        base_url=base_url,
        secrets={name: f"file:{name}" for name in CREDENTIALS},
        options={"login_url": LOGIN_URL, **options},
    )
    system._folder = folder
    return system


def time_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """Seven and a half hours that the environment takes."""
    ids = {"target": TARGET, "erp_worker_id": "000041", "erp_project_id": "P-77"}
    return line(record, **{**ids, **changes})


def expense_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """An expense of 120.00 that the environment takes."""
    plain = {
        "entry_type": "expense",
        "hours": Decimal(0),
        "cost_rate": None,
        "cost_amount_functional": Decimal("120.00"),
        "bill_rate": None,
        "bill_amount_contract": Decimal("130.10"),
        "debit_account_code": "6100",
        "credit_account_code": "2300",
    }
    return time_line(record, **{**plain, **changes})


class World:
    """One installation in front of one environment; both may be restarted, their files stay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = SmallHome(folder / "home")
        lay_empty_ledger(self.home.ledger)
        self.setup, self.moods = Setup(), Moods()
        self.waits: list[float] = []
        self.on_wait: Any = lambda: None
        self.options: dict[str, Any] = {}
        self.ledger = Ledger.at(self.home.ledger)
        self.restart_erp()

    def restart_erp(self) -> None:
        """A new server process over the same database file."""
        self.app = create_app(
            self.setup,
            lambda: datetime(2026, 7, 3, 6, tzinfo=UTC),
            self.folder / "state",
            moods=self.moods,
            blob_root=BLOB_URL,
            page_size=5,
        )
        self.http = HttpClient(self.app)

    def restart(self) -> None:
        """A new process of ours."""
        self.ledger.close()
        self.ledger = Ledger.at(self.home.ledger)

    @contextmanager
    def online(self) -> Iterator[None]:
        """The environment, its storage and its login answer."""
        with mounted(BASE_URL, self.app), mounted(BLOB_URL, self.app), mounted(LOGIN_URL, self.app):
            yield

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.waits.append(seconds)
        self.on_wait()

    def delivery(self) -> D365FoDelivery:
        """An adapter as a new process makes it; call it `online`."""
        system = fno_system(self.folder, **self.options)
        session = D365FoSession(system)
        session._sleep = self.wait
        session.bearer._session._sleep = self.wait
        return D365FoDelivery(system, session, self.wait)

    def post(self, candidates: Any, **options: Any) -> PostingReport:
        """One posting step."""
        with self.online():
            return post_target(
                SmallFirm(), TARGET, candidates, self.ledger, self.home, self.delivery(),
                create_writer(), options.pop("gate", open_gate), JUNE, NOW, SilentProgress(),
                sleep=self.wait, **options,
            )  # fmt: skip

    def submit(self, lines: Any, batch: str = "d365_fo-2026-06-US01-time-000001") -> None:
        """Hand over a package without the protocol."""
        from tests.unit.posting_d365_fo.packages import written

        with self.online():
            self.delivery().submit(Submission(batch, lines, written(lines, batch)))

    def collect(self, batch: str = "d365_fo-2026-06-US01-time-000001") -> Any:
        """What became of it."""
        with self.online():
            return self.delivery().collect(batch)

    def look_up(self, keys: Any) -> Any:
        """What the environment holds."""
        with self.online():
            return self.delivery().look_up(list(keys))

    def fault(self, kind: str, path_regex: str, **more: Any) -> None:
        """Arm a fault."""
        wanted = {"kind": kind, "path_regex": path_regex, **more}
        assert self.http.post("/__sandbox__/faults", json=wanted).status_code == 201

    def commit_late_work(self) -> None:
        """Whatever was held back happens now."""
        assert self.http.post("/__sandbox__/commit").status_code == 204

    def requests(self, part: str) -> int:
        """How many requests had a path with this part."""
        return sum(part in entry["path"] for entry in self.app.log())

    def odata(self, entity_set: str) -> list[dict[str, Any]]:
        """All records of a set."""
        with self.online():
            return self.delivery()._books._odata.rows(entity_set, "")

    def states(self) -> list[str]:
        """State of every line of the ledger."""
        from tieout.posting.ledger_export import export_ledger

        return export_ledger(self.ledger)["posting_lines"]["state"].to_list()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An installation and an environment."""
    made = World(tmp_path)
    yield made
    made.ledger.close()
