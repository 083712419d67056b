"""A firm, lines, a writer and one installation around an ERP, for tests of posting."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.kit.ledgers import lay_empty_ledger
from tests.nasty.fake_erp import TARGET, FakeDelivery, FakeErp
from tieout.domain.control_totals import ControlTotals
from tieout.domain.keys import correlation_id, entry_id, posting_key, reversal_key
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.domain.verdict import Finding, Verdict
from tieout.posting.candidates import MODELS
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.ledger import Ledger
from tieout.posting.members import MODEL as MEMBERS
from tieout.posting.members import NO_MEMBERS
from tieout.posting.payload import fingerprint
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target
from tieout.posting.writers.base import BatchHeader

NOW = datetime(2026, 7, 3, 6, 0, tzinfo=UTC)
JUNE = Period("2026-06")
NEGATED = (
    "hours", "cost_amount_functional", "bill_amount_contract", "bill_amount_functional",
)  # fmt: skip


class Policies:
    def model_dump(self) -> dict[str, Any]:
        return {"max_hours_per_day": "24"}


class SmallFirm:
    id = "meridian"
    policies = Policies()


class SmallHome:
    """The two paths that posting needs, under one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outbox = path / "outbox"
        self.ledger = path / "ledger.sqlite"
        self.outbox.mkdir(parents=True, exist_ok=True)


def line(record: int | str, **changes: Any) -> dict[str, Any]:
    """One candidate as a row; `changes` replaces columns."""
    version = changes.pop("version", 1781690000)
    target = changes.get("target", TARGET)
    entry = entry_id("harvest_us", str(record))
    row: dict[str, Any] = {
        "posting_key": posting_key("meridian", target, "harvest_us", str(record), version, "cost"),
        "target": target,
        "leg": "cost",
        "period_id": "2026-06",
        "entry_id": entry,
        "entry_type": "time",
        "source_system": "harvest_us",
        "source_record_id": str(record),
        "source_version": version,
        "correlation_id": correlation_id(entry),
        "legal_entity_id": "US01",
        "accounting_date": date(2026, 6, 15),
        "accounting_period_id": "2026-06",
        "is_late": False,
        "work_date": date(2026, 6, 15),
        "worker_id": "W-0007",
        "worker_name": "Ada Byron",
        "erp_worker_id": "41",
        "client_id": "C-01",
        "project_id": "P-1003",
        "project_code": "P-1003",
        "erp_project_id": "77",
        "task_name": "Design",
        "hours": Decimal("7.5"),
        "is_billable": True,
        "cost_rate": Decimal(80),
        "cost_amount_functional": Decimal(600),
        "functional_currency_code": "USD",
        "bill_rate": Decimal(185),
        "bill_amount_contract": Decimal("1387.50"),
        "contract_currency_code": "USD",
        "bill_amount_functional": Decimal("1387.50"),
        "fx_rate_contract_to_functional": Decimal(1),
        "debit_account_code": "5100",
        "credit_account_code": "2100",
        "wip_account_code": "1300",
        "accrued_revenue_account_code": "4100",
        "approved_at": datetime(2026, 6, 16, 9),
        "approval_status": "approved",
        "memo": f"Design {record}",
        "reverses_posting_key": None,
        "correction_group_id": None,
        "correction_kind": None,
    }
    return {**row, **changes}


def reversal(original: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The candidate that takes a line back; `changes` replaces columns."""
    negated = {name: -original[name] for name in NEGATED if original[name] is not None}
    return {
        **original,
        **negated,
        "posting_key": reversal_key(original["posting_key"]),
        "reverses_posting_key": original["posting_key"],
        "correction_group_id": f"{original['entry_id']}|v{original['source_version']}>none",
        "correction_kind": "edit",
        **changes,
    }


def frame(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as candidates with the contract's types."""
    return pl.DataFrame(list(rows), schema=POSTING_COLUMNS, orient="row")


def lines(count: int, **changes: Any) -> pl.DataFrame:
    """So many candidates with different records."""
    return frame([line(1000 + number, **changes) for number in range(count)])


class CsvWriter:
    """A plain file with one row per line."""

    def files(self, rows: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        buffer = io.StringIO()
        out = csv.writer(buffer)
        out.writerow(["key", "date", "hours", "amount"])
        chosen = rows.select("posting_key", "accounting_date", "hours", "cost_amount_functional")
        out.writerows(chosen.iter_rows())
        return {f"{header.stream}.csv": buffer.getvalue().encode()}


def open_gate(
    stream: str, rows: pl.DataFrame, totals: ControlTotals, policies: Mapping[str, str]
) -> Verdict:
    """A gate that holds back lines of more than 24 hours, and nothing else."""
    tall = rows.filter(pl.col("hours") > Decimal(24))
    findings = tuple(
        Finding("hours", "HOURS_OUT_OF_RANGE", "more than a day", "line", key)
        for key in tall["posting_key"]
    )
    return Verdict(stream, fingerprint(rows), rows.height, {"hours": tall.height}, findings)


@dataclass
class World:
    """One installation: a home, a ledger and an ERP."""

    path: Path
    erp: FakeErp = field(default_factory=FakeErp)
    capabilities: dict[str, Any] = field(default_factory=dict)
    ledger_class: type[Ledger] = Ledger
    target: str = TARGET
    ledger: Ledger = field(init=False)
    home: SmallHome = field(init=False)
    delivery: FakeDelivery = field(init=False)

    def __post_init__(self) -> None:
        self.home = SmallHome(self.path)
        lay_empty_ledger(self.home.ledger)
        self.delivery = FakeDelivery(self.erp, **self.capabilities)
        self.ledger = self.ledger_class.at(self.home.ledger)

    def restart(self) -> None:
        """A new process: nothing in memory survives."""
        self.ledger.close()
        self.ledger = self.ledger_class.at(self.home.ledger)
        self.delivery = FakeDelivery(self.erp, **self.capabilities)

    def post(self, candidates: pl.DataFrame, **options: Any) -> PostingReport:
        """One posting step."""
        arguments: dict[str, Any] = {
            "gate": open_gate,
            "now": NOW,
            "period": JUNE,
            "sleep": self.erp.wait,
            **options,
        }
        return post_target(
            SmallFirm(), self.target, candidates, self.ledger, self.home, self.delivery, CsvWriter(),
            progress=SilentProgress(), **arguments,
        )  # fmt: skip

    def state_of(self, key: str) -> str | None:
        """State of the newest attempt under a key."""
        known = self.ledger.known([key]).get(key)
        return known.state if known else None


def warehouse_of(rows: pl.DataFrame, path: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse whose posting models hold these lines, in no order, none of several entries."""
    warehouse = duckdb.connect(str(path))
    warehouse.register("rows", rows)
    warehouse.register("no_members", NO_MEMBERS)
    warehouse.execute("create schema posting")
    warehouse.execute(f"create table {MODELS['time']} as select * from rows order by hash(memo)")
    warehouse.execute(f"create table {MODELS['expense']} as select * from rows limit 0")
    warehouse.execute(f"create table {MEMBERS} as select * from no_members")
    return warehouse
