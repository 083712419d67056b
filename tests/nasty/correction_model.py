"""What the posting models offer for entries that change, in a few lines of Python.

Here: entries as they are now, and the candidates that follow from them and from the ERP's books as
they were read. Not here: the models themselves (`dbt_project/models/posting`), whose rules this
repeats for tests of the posting step.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from tests.nasty.posting_kit import frame, line, reversal
from tieout.domain.keys import REVERSAL, parse_posting_key

Row = dict[str, Any]
HOURS_MAX = Decimal(24)


@dataclass(eq=False)
class Entry:
    """One time entry as its source shows it now; a corrected rate makes no version."""

    record: int
    version: int = 1
    hours: Decimal = Decimal(8)
    project: str = "P-1"
    rate: Decimal = Decimal(80)
    is_approved: bool = True

    def row(self, leg: str) -> Row:
        """The posting line of the entry, under the key of that leg."""
        made = line(
            self.record, version=self.version, hours=self.hours, project_id=self.project,
            cost_rate=self.rate, cost_amount_functional=self.hours * self.rate,
        )  # fmt: skip
        made["posting_key"] = made["posting_key"].removesuffix("cost") + leg
        return made


def says_the_same(one: Row, other: Row) -> bool:
    """Whether two lines post the same work at the same value."""
    names = ("entry_id", "project_id", "hours", "cost_amount_functional")
    return all(one[name] == other[name] for name in names)


@dataclass
class Offers:
    """All entries, the books as last read, and every line that was ever offered, by key."""

    entries: list[Entry] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    offered: dict[str, Row] = field(default_factory=dict)

    def frame(self) -> pl.DataFrame:
        """The candidates of now."""
        return frame(list(self.rows().values()))

    def rows(self) -> dict[str, Row]:
        """Posting key -> candidate."""
        found: dict[str, Row] = {}
        for entry in self.entries:
            for row in self._of(entry):
                found[row["posting_key"]] = row
        self.offered |= found
        return found

    def _of(self, entry: Entry) -> list[Row]:
        """What is to be taken back and posted for one entry."""
        now = entry.row("cost")
        posted = [
            key for key in sorted(self.seen)
            if not key.startswith(REVERSAL) and self.offered[key]["entry_id"] == now["entry_id"]
        ]  # fmt: skip
        standing = [key for key in posted if REVERSAL + key not in self.seen]
        kept = [
            key for key in standing if entry.is_approved and says_the_same(self.offered[key], now)
        ][:1]
        rounds = [
            _round(key) for key in posted if self.offered[key]["source_version"] == entry.version
        ]
        if rounds:
            now = entry.row(f"cost.{max(rounds) + 1}")
        labels = {}
        if posted:
            newest = self.offered[(standing or posted)[-1]]["source_version"]
            target = f"v{entry.version}" if entry.is_approved else "none"
            labels = {
                "correction_group_id": f"{now['entry_id']}|v{newest}>{target}",
                "correction_kind": "edit" if entry.is_approved else "withdrawal",
            }
        wrong = [reversal(self.offered[key], **labels) for key in standing if key not in kept]
        return [*wrong, *([now | labels] if entry.is_approved and not kept else [])]

    def net(self, booked: set[str]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
        """Hours and cost in the books by entry and project, without what nets to nothing."""
        sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for key in booked:
            row = self.offered[key]
            both = sums[row["entry_id"], row["project_id"]]
            both[0] += row["hours"]
            both[1] += row["cost_amount_functional"]
        return {name: (both[0], both[1]) for name, both in sums.items() if any(both)}

    def right(self, booked: set[str]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
        """What the books must say: each approved entry once, as it is now.

        An entry that the gate holds keeps what was posted of it before.
        """
        wanted: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        net = self.net(booked)
        for entry in self.entries:
            row = entry.row("cost")
            if entry.is_approved and entry.hours > HOURS_MAX:
                wanted |= {name: both for name, both in net.items() if name[0] == row["entry_id"]}
            elif entry.is_approved:
                figures = (row["hours"], row["cost_amount_functional"])
                wanted[row["entry_id"], row["project_id"]] = figures
        return wanted


def _round(key: str) -> int:
    """How often the version of a key was posted with it."""
    parsed = parse_posting_key(key)
    assert parsed is not None
    return int(parsed.leg.partition(".")[2] or 1)
