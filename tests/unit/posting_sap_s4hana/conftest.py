"""The small SAP tenant and one installation that posts to it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.sap_s4hana import open_session
from tests.kit.ledgers import lay_empty_ledger
from tests.nasty.posting_kit import JUNE, NOW, SmallFirm, SmallHome, line, open_gate
from tests.unit.vendors_sap_s4hana.sap_tenant import BASE_URL, Tenant, sap_system
from tieout.domain.progress import SilentProgress
from tieout.http import mounted
from tieout.posting.delivery.base import Submission
from tieout.posting.delivery.sap_s4hana import SapDelivery
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_export import export_ledger
from tieout.posting.payload import totals_of
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.sap_s4hana import SapWriter

TARGET = "sap_us"


def time_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """Seven and a half hours that the small tenant takes."""
    return line(record, **{"target": TARGET, "erp_project_id": "P-1003", **changes})


def expense_line(record: int | str, **changes: Any) -> dict[str, Any]:
    """An expense of 120.00 that the small tenant takes."""
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


def header(lines: pl.DataFrame, batch_id: str = "sap_us-2026-06-US01-time-000001") -> BatchHeader:
    """A batch header around some lines."""
    return BatchHeader(
        batch_id, "meridian", TARGET, "time", "US01", "2026-06", NOW, totals_of(lines)
    )


class Installation:
    """One home and ledger in front of the tenant."""

    def __init__(self, folder: Path, tenant: Tenant) -> None:
        self.tenant, self.folder = tenant, folder
        self.home = SmallHome(folder / "home")
        lay_empty_ledger(self.home.ledger)

    @cached_property
    def ledger(self) -> Ledger:
        """The posting ledger, made when first used."""
        return Ledger.at(self.home.ledger)

    def close(self) -> None:
        """Close the ledger, if there is one."""
        if "ledger" in self.__dict__:
            self.ledger.close()

    def delivery(self, **options: Any) -> SapDelivery:
        """An adapter as a new process makes it."""
        system = sap_system(self.folder, **options)
        session = open_session(system)
        session._sleep = self.tenant.wait
        return SapDelivery(system, session, lambda: self.tenant.moment)

    def post(
        self, candidates: pl.DataFrame, writer: SapWriter | None = None, **options: Any
    ) -> PostingReport:
        """One posting step."""
        with mounted(BASE_URL, self.tenant.app):
            return post_target(
                SmallFirm(), TARGET, candidates, self.ledger, self.home,
                self.delivery(**options), writer or SapWriter(), open_gate, JUNE, NOW,
                SilentProgress(), sleep=self.tenant.wait,
            )  # fmt: skip

    def submit(self, lines: pl.DataFrame, batch_id: str = "b-1", **options: Any) -> Any:
        """Hand over lines as one batch and collect the answer."""
        writer = SapWriter(options.pop("entries_max", 500))
        files = writer.files(lines, header(lines, batch_id))
        with mounted(BASE_URL, self.tenant.app):
            delivery = self.delivery(**options)
            delivery.submit(Submission(batch_id, lines, files))
            delivery.collect(batch_id)  # a question is what makes the tenant go on
            return delivery.collect(batch_id)

    def look_up(self, *keys: str) -> pl.DataFrame:
        """What the tenant holds."""
        with mounted(BASE_URL, self.tenant.app):
            return self.delivery().look_up(keys)

    def collect(self, batch_id: str = "b-1", **options: Any) -> Any:
        """The answer to a batch."""
        with mounted(BASE_URL, self.tenant.app):
            return self.delivery(**options).collect(batch_id)

    def lines(self) -> list[dict[str, Any]]:
        """The ledger's lines."""
        rows: list[dict[str, Any]] = export_ledger(self.ledger)["posting_lines"].rows(named=True)
        return rows


@pytest.fixture
def tenant(tmp_path: Path) -> Tenant:
    return Tenant(tmp_path)


@pytest.fixture
def site(tmp_path: Path, tenant: Tenant) -> Iterator[Installation]:
    made = Installation(tmp_path, tenant)
    yield made
    made.close()
