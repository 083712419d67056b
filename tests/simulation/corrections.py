"""What is to be taken back and posted again, in plain loops: written from the rules, not the SQL.

Here: the correction of one entry (accounting logic C3 and C4, decision 0010): which of its lines
are wrong, which period takes the pair, under which key the entry is posted again. Not here: first
postings and destinations (`tests.simulation.planner`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.nasty.posting_kit import reversal
from tests.simulation.books import Item
from tests.simulation.firm import JULY, JUNE, Record, period_of
from tests.simulation.inputs import Inputs, PlannedLine
from tieout.domain.keys import REVERSAL

NOTHING_STANDS_FOR_IT = ("void", "rejected", "dead")
FIRST_OF_JULY = date(2026, 7, 1)


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of an entry in some ERP's books, and what the ledger says was sent."""

    erp: str
    item: Item
    plan: PlannedLine | None

    @property
    def round(self) -> int:
        """How often its version had been posted by then."""
        return int(self.item.key.rpartition(":")[2].partition(".")[2] or 1)

    @property
    def order(self) -> tuple[int, int]:
        """Later versions after earlier ones."""
        return self.item.version, self.round

    @property
    def label(self) -> str:
        """Version and round as people read them."""
        return label(*self.order)

    @property
    def work_period(self) -> str:
        """The month of the work."""
        return period_of(self.plan.row["work_date"]) if self.plan else ""

    def is_as_sent(self) -> bool:
        """Whether our ledger remembers the line and the ERP shows it with these figures."""
        if self.plan is None or self.plan.state in NOTHING_STANDS_FOR_IT:
            return False
        sent = self.plan.row["hours"], self.plan.row["cost_amount_functional"]
        return sent == (self.item.hours, self.item.amount)

    def says(self, record: Record) -> bool:
        """Whether it is the same work as a version of the entry."""
        return (self.item.hours, self.item.legal_entity_id, self.work_period) == (
            record.hours, record.entity, period_of(record.work_date)
        )  # fmt: skip

    def is_worth(self, record: Record, inputs: Inputs) -> bool:
        """Whether it costs what the version costs at the rates of now."""
        return self.item.amount == record.amount(inputs.rates)


@dataclass
class Correction:
    """What is to be done for one entry whose lines say something else than the entry."""

    record: Record
    wrong: list[Posting]
    reposts: bool
    round: int
    period_id: str
    is_in_july: bool
    labels: dict[str, str]

    def day(self, day: date) -> date:
        """The accounting date in the month of the pair."""
        return max(day, FIRST_OF_JULY) if self.is_in_july else day

    def reversals(self) -> list[dict[str, Any]]:
        """Each wrong line as it was sent, with the other sign, in the ERP that has it."""
        return [
            reversal(
                posting.plan.row,
                period_id=self.period_id,
                accounting_date=self.day(posting.item.accounting_date),
                accounting_period_id=JULY if self.is_in_july else JUNE,
                is_late=(JULY if self.is_in_july else JUNE) != posting.work_period,
                memo=f"Reversal: {posting.plan.row['memo']}",
                **self.labels,
            )
            for posting in self.wrong
            if posting.plan is not None
        ]


def label(version: int, round_number: int) -> str:
    """A version and the number of its posting."""
    return f"v{version}" + (f".{round_number}" if round_number > 1 else "")


def postings_of(
    inputs: Inputs, entry: str, plans: dict[str, PlannedLine]
) -> tuple[list[Posting], list[str]]:
    """The postings of an entry in all books, and the keys that were taken back there."""
    held = [
        (name, item)
        for name, items in inputs.books.items()
        for item in items
        if item.entry_id == entry and item.state == "posted"
    ]
    postings = [
        Posting(name, item, plans.get(item.key)) for name, item in held if not item.is_reversal
    ]
    return postings, [item.key.removeprefix(REVERSAL) for _, item in held if item.is_reversal]


def correction_of(
    record: Record, target: str, postings: list[Posting], gone: list[str], inputs: Inputs
) -> Correction | None:
    """What an entry that is in the books needs; None when it is right, or when people must look.

    Args:
        record: The entry's newest version.
        target: The ERP where that version belongs.
        postings: The entry's postings in all books, those taken back too.
        gone: The keys of those that were taken back.
        inputs: What else is known.
    """
    standing = sorted((p for p in postings if p.item.key not in gone), key=lambda p: p.order)
    if not all(p.is_as_sent() for p in postings) or _is_unclear(postings, standing, gone):
        return None
    right = [
        p for p in standing
        if record.is_effective and p.says(record) and p.is_worth(record, inputs)
    ]  # fmt: skip
    kept = right[-1:]
    wrong = [p for p in standing if p not in kept]
    reposts = record.is_effective and not kept
    if not wrong and not reposts:
        return None
    first = (kept or standing[-1:] or sorted(postings, key=lambda p: p.order)[-1:])[0]
    rounds = [p.round for p in postings if p.item.version == record.version]
    round_number = max(rounds) + 1 if rounds else 1
    aim = label(record.version, round_number) if reposts else "none"
    days = [p.item.accounting_date for p in postings] + [record.work_date] * reposts
    months = [first.work_period] + [period_of(record.work_date)] * reposts
    return Correction(
        record, wrong, reposts, round_number, max(months),
        inputs.is_june_closed or max(days) >= FIRST_OF_JULY,
        {
            "correction_group_id": f"{record.entry_id}|{first.label}>"
            + (first.label if kept else aim),
            "correction_kind": _kind(first, record, target, inputs),
        },
    )  # fmt: skip


def _is_unclear(postings: list[Posting], standing: list[Posting], gone: Iterable[str]) -> bool:
    """Whether the books hold a key twice, a reversal of nothing, or an entry in two places."""
    held, taken_back = Counter(p.item.key for p in postings), Counter(gone)
    is_odd = any(count > 1 for count in held.values()) or bool(taken_back - held)
    return is_odd or len({(p.erp, p.item.legal_entity_id) for p in standing}) > 1


def _kind(first: Posting, record: Record, target: str, inputs: Inputs) -> str:
    """The reason of the correction, by what differs most."""
    if not record.is_effective:
        return "withdrawal"
    if (first.item.legal_entity_id, first.erp) != (record.entity, target):
        return "move"
    return "rate" if first.says(record) else "edit"
