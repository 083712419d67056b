"""The small firm's Oracle Fusion pod in process, and the delivery that posts to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from werkzeug.test import Client as HttpClient

from tests.kit.ledgers import lay_empty_ledger
from tests.nasty.posting_kit import SmallFirm, SmallHome, frame, line, open_gate
from tests.unit.vendors_netsuite import netsuite_books as books
from tieout.config import System
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.http import ApiSession, mounted
from tieout.http.session import Limits
from tieout.posting.delivery.base import Collected, Submission
from tieout.posting.delivery.oracle_fusion import OracleFusionDelivery, create_delivery
from tieout.posting.ledger import Ledger
from tieout.posting.payload import totals_of
from tieout.posting.registry import writer_of
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target
from tieout.posting.writers.base import BatchHeader
from tieout.sandbox.firm.ledger import Account
from tieout.sandbox.vendors.base import TOKENS
from tieout.sandbox.vendors.oracle_fusion import create_app
from tieout.sandbox.vendors.oracle_fusion_master import (
    ACCESS_SET_IDS,
    BUSINESS_UNIT_IDS,
    DOCUMENTS,
    LEDGER_IDS,
    TRANSACTION_SOURCE_ID,
    Behaviour,
)

BASE_URL = "http://fusion.test/oracle_fusion"
NOW = books.NOW
TARGET = "oracle_fusion"
OPTIONS: dict[str, Any] = {
    "business_units": "US01=US01 Business Unit",
    "ledgers": "US01=US01 Ledger",
    "business_unit_ids": f"US01={BUSINESS_UNIT_IDS + 1}",
    "ledger_ids": f"US01={LEDGER_IDS + 1}",
    "data_access_set_ids": f"US01={ACCESS_SET_IDS + 1}",
    "transaction_source_id": TRANSACTION_SOURCE_ID,
    "time_document_id": DOCUMENTS["Time Card", "Straight Time"],
    "expense_document_id": DOCUMENTS["Miscellaneous", "Miscellaneous"],
}


def fusion_system(base_url: str = BASE_URL, **options: Any) -> System:
    """The pod as firm.yml describes it."""
    return System(
        id=TARGET, vendor="oracle_fusion", roles=["erp"], base_url=base_url,
        options={**OPTIONS, **options},
    )  # fmt: skip


def fusion_session(base_url: str = BASE_URL, **login: str) -> ApiSession:
    """A session that is logged in and never waits."""
    secrets = {**TOKENS["oracle_fusion"], **login}
    return ApiSession(
        TARGET, base_url, auth=(secrets["username"], secrets["password"]),
        limits=Limits(attempts=2), sleep=lambda seconds: None,
    )  # fmt: skip


def time_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """Seven and a half hours that the pod takes."""
    ids = {"target": TARGET, "erp_worker_id": "W-0001", "erp_project_id": "P-1"}
    return line(record, **{**ids, **changes})


def expense_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """An expense of 120.00 of a project."""
    plain = {
        "entry_type": "expense", "hours": Decimal(0), "cost_rate": None,
        "cost_amount_functional": Decimal("120.00"), "bill_rate": None,
        "bill_amount_contract": Decimal("130.10"), "contract_currency_code": "EUR",
        "debit_account_code": "101-10-6100", "credit_account_code": "101-10-2300",
    }  # fmt: skip
    return time_line(record, **{**plain, **changes})


def journal_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """The same expense of no project: Oracle gets a journal."""
    return expense_line(record, **{"erp_project_id": None, **changes})


def header(lines: pl.DataFrame, batch_id: str | None = None) -> BatchHeader:
    """A batch of some lines."""
    stream = lines["entry_type"][0] if lines.height else "time"
    return BatchHeader(
        batch_id=batch_id or f"{TARGET}-2026-06-US01-{stream}-000001", firm_id="meridian",
        target=TARGET, stream=stream, legal_entity_id="US01", period_id="2026-06",
        created_at=datetime(2026, 7, 3, 6, tzinfo=UTC), totals=totals_of(lines),
    )  # fmt: skip


class PodBench:
    """The emulated pod behind a delivery, in memory or (`state`) in a file that survives it."""

    def __init__(self, folder: Path, state: Path | None = None) -> None:
        self.folder, self.state = folder, state
        self.behaviour = Behaviour()
        accounts = [
            Account("oracle_fusion", code, code, "expense", None)
            for code in ("101-10-6100", "101-10-2300")
        ]
        self.firm = replace(books.small_firm(), accounts=tuple(accounts))
        self.home = SmallHome(folder)
        lay_empty_ledger(self.home.ledger)
        self.restart()

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger of the installation."""
        return Ledger.at(self.home.ledger)

    def restart(self) -> None:
        """A new server process; with a state folder it finds what the one before had."""
        self.app = create_app(self.firm, lambda: NOW, self.state, behaviour=self.behaviour)
        self.http = HttpClient(self.app)

    def fault(self, kind: str, path_regex: str = "erpintegrations", **more: Any) -> None:
        """Arm a fault."""
        wanted = {"kind": kind, "path_regex": path_regex, **more}
        assert self.http.post("/__sandbox__/faults", json=wanted).status_code == 201

    def commit_late_work(self) -> None:
        """Whatever was held back happens now."""
        assert self.http.post("/__sandbox__/commit").status_code == 204

    def delivery(self, **options: Any) -> OracleFusionDelivery:
        """An adapter as a new process makes it; call it inside `mounted`."""
        return create_delivery(fusion_system(**options), fusion_session())

    def submission(self, rows: Sequence[dict[str, Any]], batch_id: str | None = None) -> Submission:
        """Lines with their files."""
        lines = frame(sorted(rows, key=lambda row: row["posting_key"]))
        head = header(lines, batch_id)
        return Submission(head.batch_id, lines, writer_of(fusion_system()).files(lines, head))

    def submit(self, rows: Sequence[dict[str, Any]], batch_id: str | None = None) -> str:
        """Hand lines over; returns the submission's id."""
        submission = self.submission(rows, batch_id)
        with mounted(BASE_URL, self.app):
            self.delivery().submit(submission)
        return submission.submission_id

    def collect(self, submission_id: str, polls: int = 10) -> Collected:
        """Ask until there is an answer."""
        with mounted(BASE_URL, self.app):
            collected = self.delivery().collect(submission_id)
            for _ in range(polls):
                if collected.answer != "pending":
                    break
                collected = self.delivery().collect(submission_id)
        return collected

    def results(self, rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Hand lines over and read the answer, by posting key."""
        collected = self.collect(self.submit(rows))
        assert collected.answer == "done"
        return {row["posting_key"]: row for row in collected.results.iter_rows(named=True)}

    def look_up(self, *rows: dict[str, Any]) -> list[dict[str, Any]]:
        """What the pod holds under the keys of some lines."""
        with mounted(BASE_URL, self.app):
            found = self.delivery().look_up([row["posting_key"] for row in rows])
        return found.rows(named=True)

    def post(self, rows: Sequence[dict[str, Any]], **options: Any) -> PostingReport:
        """One whole posting step; time that passes lets late work happen."""

        def sleep(seconds: float) -> None:
            if seconds >= 100:
                self.commit_late_work()

        with mounted(BASE_URL, self.app):
            return post_target(
                SmallFirm(), TARGET, frame(rows), self.ledger, self.home, self.delivery(),
                writer_of(fusion_system()), gate=open_gate, now=NOW, period=Period("2026-06"),
                sleep=sleep, progress=SilentProgress(), **options,
            )  # fmt: skip

    def records(self, name: str) -> list[dict[str, Any]]:
        """Everything that a resource lists."""
        with mounted(BASE_URL, self.app):
            session = fusion_session()
            address = f"fscmRestApi/resources/11.13.18.05/{name}"
            return session.get_json(address, {"limit": 500})["items"]


@pytest.fixture
def pod(tmp_path: Path) -> Any:
    """A pod."""
    made = PodBench(tmp_path)
    yield made
    if "ledger" in vars(made):
        made.ledger.close()
