"""What the posting models offer for lines of several entries, in a few lines of Python.

Here: entries with a week each, the groups that follow, and the candidates with their entries. Not
here: the models themselves (`dbt_project/models/intermediate/int_group_*`), whose rules this repeats
for tests of the posting step.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from tests.nasty.posting_kit import NEGATED, TARGET, frame, line, reversal
from tieout.domain.keys import GROUP, REVERSAL, posting_key
from tieout.posting.members import MEMBER_COLUMNS

Row = dict[str, Any]
Members = dict[str, tuple[int, Decimal]]
RATE = Decimal(80)


@dataclass(eq=False)
class Entry:
    """One time entry as its source shows it now, with the versions that each week ever saw."""

    name: str
    hours: Decimal = Decimal(8)
    week: int = 1
    version: int = 1
    is_approved: bool = True
    weeks: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.weeks.add(self.week)

    def change(self, **fields: Any) -> None:
        """The next version."""
        for name, value in fields.items():
            setattr(self, name, value)
        self.version += 1
        self.weeks.add(self.week)


@dataclass
class GroupOffers:
    """All entries, the books as last read, and what was ever offered, by key."""

    entries: list[Entry] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    offered: dict[str, Row] = field(default_factory=dict)
    members: dict[str, Members] = field(default_factory=dict)

    def now(self, week: int) -> Members:
        """The entries of a week's line, with version and hours."""
        return {
            each.name: (each.version, each.hours)
            for each in self.entries
            if each.week == week and each.is_approved
        }

    def rows(self) -> dict[str, Row]:
        """Posting key -> candidate; what each stands for is remembered."""
        found: dict[str, Row] = {}
        for week in sorted({week for each in self.entries for week in each.weeks}):
            for row in self._of(week):
                found[row["posting_key"]] = row
        self.offered |= found
        return found

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The candidates of now and their entries."""
        rows = self.rows()
        listed = [
            (key, name, version, sign * hours, sign * hours * RATE, sign * hours * RATE)
            for key in rows
            for name, (version, hours) in self.members[key.removeprefix(REVERSAL)].items()
            for sign in [-1 if key.startswith(REVERSAL) else 1]
        ]
        return frame(list(rows.values())), pl.DataFrame(listed, schema=MEMBER_COLUMNS, orient="row")

    def standing(self) -> dict[str, list[str]]:
        """Entry -> keys of the lines in the books, as last read, that stand for it."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self.seen):
            if not key.startswith(REVERSAL) and REVERSAL + key not in self.seen:
                for name in self.members[key]:
                    found[name].append(key)
        return found

    def _of(self, week: int) -> list[Row]:
        now = self.now(week)
        version = sum(each.version for each in self.entries if week in each.weeks)
        record = f"worker_week_project.{week}"
        posted = [
            key for key in sorted(self.seen)
            if not key.startswith(REVERSAL) and self.offered[key]["source_record_id"] == record
        ]  # fmt: skip
        standing = [key for key in posted if REVERSAL + key not in self.seen]
        kept = [key for key in standing if now and _figures(self.members[key]) == _figures(now)][:1]
        rounds = sum(self.offered[key]["source_version"] == version for key in posted)
        leg = "cost" if not rounds else f"cost.{rounds + 1}"
        labels = {}
        if posted:
            labels = {
                "correction_group_id": f"{GROUP}:{record}|{len(posted)}>{version if now else 0}",
                "correction_kind": "edit" if now else "withdrawal",
            }
        wrong = [reversal(self.offered[key], **labels) for key in standing if key not in kept]
        if not now or kept:
            return wrong
        row = self._line(record, version, leg, now) | labels
        self.members[row["posting_key"]] = now
        return [*wrong, row]

    def _line(self, record: str, version: int, leg: str, now: Members) -> Row:
        hours = sum((hours for _, hours in now.values()), Decimal(0))
        return line(
            record, version=version, hours=hours, source_system=GROUP, source_record_id=record,
            entry_id=f"{GROUP}:{record}",
            posting_key=posting_key("meridian", TARGET, GROUP, record, version, leg),
            **dict.fromkeys([name for name in NEGATED if name != "hours"], hours * RATE),
        )  # fmt: skip


def _figures(members: Members) -> dict[str, Decimal]:
    return {name: hours for name, (_, hours) in members.items()}
