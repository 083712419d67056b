"""A firm, lines, a writer and an ERP that misbehaves on request, for tests of posting.

The ERP's books (`FakeErp`) outlive the adapter (`FakeDelivery`), as they would a killed process.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from tieout.domain.control_totals import ControlTotals
from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.domain.keys import correlation_id, entry_id, posting_key
from tieout.domain.period import Period
from tieout.domain.progress import SilentProgress
from tieout.domain.verdict import Finding, Verdict
from tieout.posting.columns import POSTING_COLUMNS
from tieout.posting.delivery.base import Capabilities, Found, LineResult
from tieout.posting.ledger import Ledger
from tieout.posting.payload import fingerprint
from tieout.posting.report import PostingReport
from tieout.posting.run import post_target
from tieout.posting.writers.base import BatchHeader

NOW = datetime(2026, 7, 3, 6, 0, tzinfo=UTC)
JUNE = Period("2026-06")
TARGET = "netsuite"
LATE_SECONDS = 4.0
SETTLE_SECONDS = 8.0


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
    }
    return {**row, **changes}


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
class FakeErp:
    """The ERP's books and its moods.

    `moods` maps a posting key to what happens to the next requests for it, in order: `reject`,
    `lost_ack` (work done, answer lost), `drop` (nothing done, answer lost), `late` (answer lost,
    work done `LATE_SECONDS` later on `clock`), `draft` (half of the work done, answer lost), `down` (unreachable). No mood: the line is taken.
    `is_unique` is the ERP's own refusal of a second object with a key.
    """

    is_unique: bool = True
    objects: list[Found] = field(default_factory=list)
    late: list[tuple[float, Found]] = field(default_factory=list)
    moods: dict[str, list[str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    look_ups: int = 0
    is_down: bool = False
    clock: float = 0.0

    def wait(self, seconds: float) -> None:
        """Time passes at the ERP, and for whoever waits for it."""
        self.clock += seconds

    def settle(self, until: float) -> None:
        """Requests whose connection was cut are carried out when their time has come."""
        due = [item for moment, item in self.late if moment <= until]
        self.late = [(moment, item) for moment, item in self.late if moment > until]
        for item in due:
            self.store(item)

    def store(self, item: Found) -> Found:
        """Take an object; a draft under the key is finished, a unique ERP takes no second one."""
        drafts = [
            found
            for found in self.objects
            if (found.posting_key, found.state) == (item.posting_key, "draft")
        ]
        if drafts:
            self.objects.remove(drafts[0])
        held = [found for found in self.objects if found.posting_key == item.posting_key]
        if self.is_unique and held:
            return held[0]
        self.objects.append(item)
        return item

    def counts(self) -> Counter[str]:
        """Posting key -> number of objects in the books."""
        return Counter(found.posting_key for found in self.objects)


class FakeDelivery:
    """The adapter to a `FakeErp`."""

    def __init__(self, erp: FakeErp, **capabilities: Any) -> None:
        self.erp = erp
        idempotency = "external_id" if erp.is_unique else "key_in_text"
        self.capabilities = Capabilities(
            **{
                "idempotency": idempotency,
                "max_batch": 2,
                "serial_only": True,
                "batch_atomic": False,
                "settle_seconds": SETTLE_SECONDS,
                **capabilities,
            }
        )

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        self.erp.look_ups += 1
        if self.erp.is_down:
            raise SystemUnreachable(TARGET, "no answer", "try later")
        self.erp.settle(self.erp.clock)
        wanted = set(keys)
        found: dict[str, list[Found]] = {}
        for item in self.erp.objects:
            if item.posting_key in wanted:
                found.setdefault(item.posting_key, []).append(item)
        return found

    def send(self, rows: pl.DataFrame) -> Iterator[LineResult]:
        for row in rows.iter_rows(named=True):
            yield self._send_one(row)

    def _send_one(self, row: Mapping[str, Any]) -> LineResult:
        key = row["posting_key"]
        self.erp.requests.append(key)
        moods = self.erp.moods.get(key, [])
        mood = moods.pop(0) if moods else "take"
        item = Found(
            key, f"E{len(self.erp.objects) + 1}", "timeBill", row["accounting_date"],
            row["hours"], row["cost_amount_functional"], row["functional_currency_code"], "posted",
        )  # fmt: skip
        if mood == "down" or self.erp.is_down:
            raise SystemUnreachable(TARGET, "no answer", "try later")
        if mood == "reject":
            return LineResult(key, "rejected", None, "PROJECT_INACTIVE", "Invalid project")
        if mood == "drop":
            return LineResult(key, "unknown", message="connection reset")
        if mood == "lost_ack":
            self.erp.store(item)
            return LineResult(key, "unknown", message="connection reset")
        if mood == "lost_ack_raised":
            self.erp.store(item)
            raise OutcomeUnknown(TARGET, "connection reset")
        if mood == "draft":
            self.erp.store(replace(item, state="draft"))
            return LineResult(key, "unknown", message="connection reset")
        if mood == "late":
            self.erp.late.append((self.erp.clock + LATE_SECONDS, item))
            return LineResult(key, "unknown", message="timeout")
        taken = self.erp.store(item)
        return LineResult(
            key, "accepted" if taken.erp_id == item.erp_id else "already_there", taken.erp_id
        )


@dataclass
class World:
    """One installation: a home, a ledger and an ERP."""

    path: Path
    erp: FakeErp = field(default_factory=FakeErp)
    capabilities: dict[str, Any] = field(default_factory=dict)
    ledger_class: type[Ledger] = Ledger
    ledger: Ledger = field(init=False)
    home: SmallHome = field(init=False)
    delivery: FakeDelivery = field(init=False)

    def __post_init__(self) -> None:
        self.home = SmallHome(self.path)
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
            SmallFirm(), TARGET, candidates, self.ledger, self.home, self.delivery, CsvWriter(),
            progress=SilentProgress(), **arguments,
        )  # fmt: skip

    def state_of(self, key: str) -> str | None:
        """State of the newest attempt under a key."""
        known = self.ledger.known([key]).get(key)
        return known.state if known else None
