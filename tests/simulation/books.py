"""The books of simulated ERPs of every kind that the ports know, and how they misbehave.

Here: one ERP's state (`SimErp`): its objects, requests that work late, jobs, closed months. Not
here: the adapters that the posting step talks to (`tests.simulation.ports`) and who decides that a
fault happens (`tests.simulation.nemesis`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from tieout.domain.keys import REVERSAL
from tieout.posting.delivery.base import Capabilities, Found, Idempotency

LATE_SECONDS_MAX = 7.0
SETTLE_SECONDS = 8.0
JOB_SECONDS = 3.0
SLOW_JOB_SECONDS = 40.0
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How one ERP takes lines: the corners of `tieout.posting.delivery.base.Capabilities`."""

    name: str
    idempotency: Idempotency
    max_batch: int
    is_atomic: bool = False
    is_job: bool = False

    def capabilities(self) -> Capabilities:
        """What the protocol is told."""
        return Capabilities(
            idempotency=self.idempotency,
            max_batch=self.max_batch,
            serial_only=True,
            batch_atomic=self.is_atomic,
            settle_seconds=SETTLE_SECONDS,
            answer_seconds=ANSWER_SECONDS if self.is_job else 0.0,
        )


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("line_unique", "external_id", 2),
        Kind("line_text", "key_in_text", 2),
        Kind("atomic_unique", "external_id", 3, is_atomic=True),
        Kind("atomic_text", "key_in_text", 3, is_atomic=True),
        Kind("job_text", "key_in_text", 1_000, is_job=True),
    )
}


@dataclass(frozen=True, slots=True)
class Item:
    """One object in an ERP's books. Entry and version are for the auditor: an ERP knows neither."""

    key: str
    entry_id: str
    version: int
    erp_id: str
    legal_entity_id: str
    accounting_date: date
    hours: Decimal
    amount: Decimal
    currency: str
    state: Literal["posted", "draft"] = "posted"

    @property
    def is_reversal(self) -> bool:
        """Whether it takes another object back; its key says which."""
        return self.key.startswith(REVERSAL)

    def found(self) -> Found:
        """The object as a look-up shows it."""
        return Found(
            self.key, self.erp_id, "journal", self.accounting_date, self.hours, self.amount,
            self.currency, self.state,
        )  # fmt: skip


def standing_of(items: Iterable[Item]) -> list[Item]:
    """Postings in an ERP's books that nothing takes back."""
    posted = [item for item in items if item.state == "posted"]
    gone = {item.key.removeprefix(REVERSAL) for item in posted if item.is_reversal}
    return [item for item in posted if not item.is_reversal and item.key not in gone]


@dataclass
class Job:
    """A submission: when it works, what it was given, and what it says afterwards."""

    due: float
    rows: list[dict[str, Any]]
    shown_from: float
    results: list[tuple[str, str, str | None, str | None, str | None]] = field(default_factory=list)
    is_done: bool = False
    doubled: bool = False


@dataclass
class SimErp:
    """One ERP. `stored` is told of every object that enters the books."""

    name: str
    kind: Kind
    stored: Callable[[SimErp, Item], None]
    items: list[Item] = field(default_factory=list)
    late: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    closed_until: date = date(2026, 5, 31)
    refused: set[str] = field(default_factory=set)
    shifted: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)
    is_down: bool = False
    numbers: int = 0

    def item_of(self, row: dict[str, Any], state: Literal["posted", "draft"] = "posted") -> Item:
        """The object that a posting line becomes here; some keys get another date, silently."""
        self.numbers += 1
        moved = timedelta(days=1 if row["posting_key"] in self.shifted else 0)
        return Item(
            row["posting_key"], row["entry_id"], row["source_version"], f"E{self.numbers}",
            row["legal_entity_id"], row["accounting_date"] + moved, row["hours"],
            row["cost_amount_functional"], row["functional_currency_code"], state,
        )  # fmt: skip

    def refusal(self, row: dict[str, Any]) -> tuple[str, str] | None:
        """Why the ERP's own rules refuse a line; None when they do not."""
        if row["accounting_date"] <= self.closed_until:
            return "PERIOD_CLOSED", "The period is closed"
        if row["entry_id"] in self.refused:
            return "PROJECT_INACTIVE", "Invalid project"
        return None

    def store(self, item: Item) -> tuple[Item, bool]:
        """Take an object; a draft of its key is finished. Returns what stands and if it is new."""
        held = [found for found in self.items if found.key == item.key]
        drafts = [found for found in held if found.state == "draft"]
        if drafts:
            finished = replace(item, erp_id=drafts[0].erp_id)
            self.items[self.items.index(drafts[0])] = finished
            if item.state == "posted":
                self.stored(self, finished)
            return finished, True
        if self.kind.idempotency == "external_id" and held:
            return held[0], False
        self.items.append(item)
        if item.state == "posted":
            self.stored(self, item)
        return item, True

    def settle(self, now: float) -> None:
        """What was only slow is carried out when its time has come, unless it is refused by then."""
        due = [row for moment, row in self.late if moment <= now]
        self.late = [(moment, row) for moment, row in self.late if moment > now]
        for row in due:
            if self.refusal(row) is None:
                self.store(self.item_of(row))
        for job in [j for j in self.jobs.values() if j.due <= now and not j.is_done]:
            self._work(job)

    def _work(self, job: Job) -> None:
        """Import the rows of a job: good lines are taken, bad ones are refused, some in silence."""
        job.is_done = True
        for row in job.rows:
            key, refusal = row["posting_key"], self.refusal(row)
            if refusal is not None:
                if key not in self.purged:
                    job.results.append((key, "rejected", None, *refusal))
            else:
                taken, _ = self.store(self.item_of(row))
                if key not in self.purged:
                    job.results.append((key, "accepted", taken.erp_id, None, None))
        if job.doubled:
            job.results += job.results

    def standing(self) -> list[Item]:
        """Postings in the books that nothing takes back."""
        return standing_of(self.items)

    def on_the_way(self) -> list[dict[str, Any]]:
        """Lines that were asked for and may still enter the books."""
        waiting = [row for _, row in self.late]
        return waiting + [r for job in self.jobs.values() if not job.is_done for r in job.rows]

    def look_up(self, keys: Sequence[str]) -> list[Item]:
        """What stands under some keys, oldest first."""
        wanted = set(keys)
        return [item for item in self.items if item.key in wanted]
