"""Everything that was asked of the ERPs and what they did, in order; and checks over it.

Here: the record of a run (`History`), its text, and two checkers in the manner of Jepsen: the set
(every line acknowledged is in the books once, and nothing else is) and the bank (hours and amounts
are neither made nor lost on the way). Not here: what should have been asked
(`tests.simulation.auditor`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.simulation.books import Item

Figures = tuple[str, str, Decimal, Decimal]
"""Posting key, currency, hours and amount of one line, as somebody holds it."""


@dataclass
class History:
    """Events of one seed, oldest first; each is a flat mapping that JSON can hold."""

    events: list[dict[str, Any]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def note(self, seconds: float, what: str, **facts: Any) -> None:
        """Add an event of the fake clock's moment `seconds`."""
        self.events.append({"at": round(seconds, 2), "what": what, **facts})

    def fault(self, seconds: float, kind: str, **facts: Any) -> None:
        """Add an event that is an injected fault."""
        self.faults[kind] += 1
        self.note(seconds, f"fault:{kind}", **facts)

    def text(self) -> str:
        """One line per event."""
        return "\n".join(json.dumps(event, default=str) for event in self.events)

    def write(self, path: Path) -> None:
        """Keep the history as JSON lines."""
        path.write_text(self.text() + "\n", encoding="utf-8")


def check_set(acked: Iterable[Figures], books: Iterable[Item]) -> list[str]:
    """Every acknowledged line is in the books exactly once, and every line there is acknowledged."""
    wanted = {key for key, *_ in acked}
    held = Counter(item.key for item in books if item.state == "posted")
    found = [f"{key}: {count} times in the books" for key, count in held.items() if count > 1]
    found += [f"{key}: acknowledged and not in the books" for key in sorted(wanted - held.keys())]
    found += [f"{key}: in the books and not acknowledged" for key in sorted(held.keys() - wanted)]
    return found


def check_bank(acked: Iterable[Figures], books: Iterable[Item]) -> list[str]:
    """Hours and amounts per currency are the same in the ledger and in the books, to the cent."""
    sums: dict[str, list[Decimal]] = {}
    for sign, lines in (
        (1, acked),
        (-1, [(i.key, i.currency, i.hours, i.amount) for i in books if i.state == "posted"]),
    ):
        for _, currency, hours, amount in lines:
            total = sums.setdefault(currency, [Decimal(0), Decimal(0)])
            total[0] += sign * hours
            total[1] += sign * amount
    return [
        f"{currency}: ledger minus books is {hours} hours, {amount}"
        for currency, (hours, amount) in sorted(sums.items())
        if hours or amount
    ]


def faults_text(faults: Mapping[str, int]) -> str:
    """Faults by kind, most frequent first."""
    return ", ".join(f"{kind} {n}" for kind, n in sorted(faults.items(), key=lambda f: (-f[1], f)))
