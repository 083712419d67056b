"""The small firm whose entries are posted: two entities, a few workers, records that change.

Here: what the source system holds and what of it has been landed (late, twice or in another
order), the destination rules and the closed month. Not here: what is planned from it
(`tests.simulation.planner`) and when anything happens (`tests.simulation.world`).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

SOURCE = "harvest_us"
ENTITIES = {"US01": "USD", "UK01": "GBP"}
CENTS_PER_QUARTER_HOUR = {"W-0007": 2013, "W-0008": 1750, "W-0009": 3125}
JUNE, JULY = "2026-06", "2026-07"
HELD_HOURS = Decimal(31)
"""More hours than a day has: the gate holds such a line back."""
FIRST_VERSION = 1_781_690_000_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One version of one entry, as the source states it."""

    number: int
    version: int
    entity: str
    worker: str
    work_date: date
    quarters: int
    status: str = "approved"
    is_deleted: bool = False

    @property
    def entry_id(self) -> str:
        """The entry across its versions."""
        return f"{SOURCE}:{self.number}"

    @property
    def is_effective(self) -> bool:
        """Whether this version is to be in the ERP."""
        return self.status == "approved" and not self.is_deleted

    @property
    def hours(self) -> Decimal:
        """Hours, exact."""
        return Decimal(self.quarters * 2500).scaleb(-4)

    def amount(self, rates: Mapping[str, int]) -> Decimal:
        """Cost in the entity's currency at the rates of now, exact to the cent."""
        return Decimal(self.quarters * rates[self.worker] * 100).scaleb(-4)

    @property
    def is_too_long(self) -> bool:
        """Whether the gate must hold the line back."""
        return self.hours > 24


@dataclass
class Firm:
    """Source, landing area, routes and calendar.

    `landed` keeps the order of arrival, repetitions included; `delayed` has not arrived yet.
    """

    rng: random.Random
    targets: list[str]
    newest: dict[int, Record] = field(default_factory=dict)
    landed: list[Record] = field(default_factory=list)
    delayed: list[Record] = field(default_factory=list)
    routes: dict[str, str] = field(default_factory=dict)
    rates: dict[str, int] = field(default_factory=CENTS_PER_QUARTER_HOUR.copy)
    is_june_closed: bool = False
    _versions: int = FIRST_VERSION

    def __post_init__(self) -> None:
        self.routes = {entity: self.rng.choice(self.targets) for entity in ENTITIES}

    def change(self) -> None:
        """Something happens at the source: mostly to an entry that is there, posted or not."""
        alive = self.alive()
        if not alive or self.rng.random() < 0.35:
            self.add()
        elif self.rng.random() < 0.1:
            self.correct_rate()
        else:
            ways = (
                self.edit, self.edit, self.edit_back, self.move, self.withdraw, self.approve,
                self.delete,
            )  # fmt: skip
            self.rng.choice(ways)(self.rng.choice(alive))

    def add(self, quarters: int | None = None) -> int:
        """A worker books some hours and a manager approves them."""
        number = 1001 + len(self.newest)
        chosen = quarters or self.rng.choice((1, 10, 30, 32, 124 if self.rng.random() < 0.3 else 8))
        self._land(
            Record(
                number, self._next(), self.rng.choice(sorted(ENTITIES)),
                self.rng.choice(sorted(CENTS_PER_QUARTER_HOUR)), self._day(), chosen,
            )
        )  # fmt: skip
        return number

    def add_in_june(self, quarters: int = 32) -> int:
        """An approved entry of a month that may close."""
        number = self.add(quarters)
        self._land(replace(self.newest[number], version=self._next(), work_date=date(2026, 6, 15)))
        return number

    def edit(self, number: int, quarters: int | None = None) -> None:
        """The hours change, sometimes the day; the approval stands."""
        before = self.newest[number]
        chosen = quarters or self.rng.choice([q for q in (4, 12, 20) if q != before.quarters])
        day = self._day() if quarters is None and self.rng.random() < 0.2 else before.work_date
        self._land(replace(before, version=self._next(), quarters=chosen, work_date=day))

    def edit_back(self, number: int) -> None:
        """A, B, A: the hours are again what they were in an earlier version."""
        earlier = [r.quarters for r in self.landed if r.number == number]
        self.edit(number, self.rng.choice(earlier) if earlier else None)

    def move(self, number: int) -> None:
        """The work was done for another legal entity."""
        before = self.newest[number]
        others = [entity for entity in sorted(ENTITIES) if entity != before.entity]
        self._land(replace(before, version=self._next(), entity=self.rng.choice(others)))

    def correct_rate(self) -> None:
        """What a worker costs is corrected for all work there was; no entry gets a version."""
        worker = self.rng.choice(sorted(self.rates))
        self.rates[worker] = self.rng.choice(
            [cents for cents in (1750, 2013, 2219) if cents != self.rates[worker]]
        )

    def withdraw(self, number: int) -> None:
        """The approval is taken back."""
        self._land(replace(self.newest[number], version=self._next(), status="submitted"))

    def approve(self, number: int) -> None:
        """The entry is approved (again)."""
        self._land(replace(self.newest[number], version=self._next(), status="approved"))

    def delete(self, number: int) -> None:
        """The entry is gone at the source."""
        self._land(replace(self.newest[number], version=self._next(), is_deleted=True))

    def delay_newest(self) -> None:
        """The newest record is on its way longer than those that follow it."""
        if self.landed:
            self.delayed.append(self.landed.pop())

    def arrive(self) -> None:
        """Everything that was on its way is here now, in any order."""
        self.rng.shuffle(self.delayed)
        self.landed += self.delayed
        self.delayed = []

    def repeat(self) -> None:
        """A record that is here already arrives once more, as an overlap of two extracts does."""
        if self.landed:
            self.landed.append(self.rng.choice(self.landed))

    def reroute(self) -> None:
        """An entity's entries go to another ERP from now on."""
        entity = self.rng.choice(sorted(ENTITIES))
        self.routes[entity] = self.rng.choice(self.targets)

    def alive(self) -> list[int]:
        """Entries that still exist at the source."""
        return [number for number, record in self.newest.items() if not record.is_deleted]

    def known(self) -> dict[str, Record]:
        """The newest version of each entry among what has landed: what a person would see now."""
        return newest_of(self.landed)

    def _land(self, record: Record) -> None:
        self.newest[record.number] = record
        self.landed.append(record)

    def _next(self) -> int:
        self._versions += 1_000_000
        return self._versions

    def _day(self) -> date:
        late = self.rng.random() < 0.25
        return date(2026, 7 if late else 6, 1) + timedelta(
            days=self.rng.randrange(3 if late else 30)
        )


def period_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def newest_of(records: Iterable[Record]) -> dict[str, Record]:
    """The newest version of each entry among some records, in whatever order they came."""
    found: dict[str, Record] = {}
    for record in records:
        if record.entry_id not in found or record.version > found[record.entry_id].version:
            found[record.entry_id] = record
    return found


def versions_of(records: Iterable[Record]) -> dict[tuple[str, int], Record]:
    """Records by entry and version."""
    return {(record.entry_id, record.version): record for record in records}
