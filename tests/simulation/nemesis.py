"""Who decides that something goes wrong: all from one seed.

Here: the fake clock, the kinds of faults, the seed's choice among them (a swarm: each seed has
only some kinds, so that rare combinations are not drowned by frequent ones) and the decision per
call. Not here: what a fault does (`tests.simulation.ports`, `tests.simulation.world`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.books import LATE_SECONDS_MAX, SimErp
from tests.simulation.history import History

ANSWERS = ("lost_ack", "raise", "drop", "late", "draft", "locked", "slow", "doubled")
"""What may happen to a request; an ERP plays those that its kind knows."""
RULES = ("refuse", "shift", "purge")
"""What an ERP may have against a line: refuse it, move its date, forget to mention it."""
TIMES = ("down", "outage", "close_month", "skew")
PROCESSES = ("crash", "edit_in_flight", "second_worker", "other_target", "stale_plan", "restore")
SOURCES = ("late_record", "doubled_record", "reroute", "not_released")
FAULTS: tuple[str, ...] = ANSWERS + RULES + TIMES + PROCESSES + SOURCES
START = datetime(2026, 7, 3, 6, 0)


@dataclass
class Clock:
    """Time passes only when somebody waits or something is said to take time (seconds)."""

    seconds: float = 0.0
    skew: timedelta = timedelta(0)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds

    def now(self) -> datetime:
        """What the machine's clock says, which may be wrong."""
        return START + timedelta(seconds=self.seconds) + self.skew


@dataclass
class Nemesis:
    """The faults of one seed."""

    rng: random.Random
    clock: Clock
    history: History
    kinds: frozenset[str]
    rate: float
    asked: Callable[[SimErp, list[dict[str, Any]]], None]
    is_on: bool = True
    scripted: dict[str, list[str]] = field(default_factory=dict)
    """Entry id -> what happens to its next requests, for guided histories."""

    def chance(self, kind: str, rate: float | None = None) -> bool:
        """Whether a fault of a kind happens now; it is written down if it does."""
        if not self.is_on or kind not in self.kinds:
            return False
        return self.rng.random() < (self.rate if rate is None else rate)

    def strikes(self, erp: SimErp, kind: str, keys: Sequence[str]) -> bool:
        """`chance`, and a line in the history."""
        struck = self.chance(kind, self.rate / 3)
        if struck:
            self.history.fault(self.clock.seconds, kind, erp=erp.name, keys=list(keys))
        return struck

    def mood(self, erp: SimErp, row: dict[str, Any]) -> str:
        """What happens to a request; `take` is nothing special."""
        scripted = self.scripted.get(row["entry_id"], [])
        if scripted:
            mood = scripted.pop(0)
        elif self.is_on and self.rng.random() < min(0.7, 2 * self.rate):
            known = [kind for kind in ANSWERS if kind in self.kinds and _plays(erp, kind)]
            mood = self.rng.choice(known) if known else "take"
        else:
            mood = "take"
        if mood != "take":
            self.history.fault(self.clock.seconds, mood, erp=erp.name, keys=[row["posting_key"]])
        return mood

    def late(self) -> float:
        """The moment at which a cut-off request works after all."""
        return self.clock.seconds + self.rng.uniform(0.5, LATE_SECONDS_MAX)


def _plays(erp: SimErp, mood: str) -> bool:
    """Whether a fault exists at this kind of ERP."""
    if mood in ("slow", "doubled"):
        return erp.kind.is_job
    if mood in ("draft", "locked"):
        return not erp.kind.is_job
    return True


def swarm(rng: random.Random) -> frozenset[str]:
    """The kinds of faults that one seed knows: each with an even chance."""
    return frozenset(kind for kind in FAULTS if rng.random() < 0.5)
