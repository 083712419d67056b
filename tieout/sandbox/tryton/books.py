"""Entering the history of a sandbox Tryton: account moves, posted in order, then closed periods.

Here: `Books`. Not here: what to enter (`plan`) and the master data it refers to (`seeding`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from tieout.sandbox.tryton.plan import LinePlan, MovePlan
from tieout.sandbox.tryton.rpc import TrytonClient

BATCH = 250
"""Moves per call: one call is one transaction, and takes about ten milliseconds per move."""


@dataclass(frozen=True)
class Books:
    """The ledger of one company: where moves go and the ids of what they refer to.

    Attributes:
        database_url: `http://host:port/database`.
        company: id of the company.
        journal: id of the journal moves are entered in.
        accounts: account code -> id.
        periods: period name (`2026-06`) -> id.
        currencies: currency code -> id.
    """

    database_url: str
    company: int
    journal: int
    accounts: Mapping[str, int]
    periods: Mapping[str, int]
    currencies: Mapping[str, int]

    def enter(
        self, moves: Sequence[MovePlan], password: str, note: Callable[[str], None] | None = None
    ) -> None:
        """Create and post moves in the given order, each as its author.

        Args:
            moves: what to book.
            password: the authors' password.
            note: told how far it is.
        """
        entered = 0
        clients: dict[str, TrytonClient] = {}
        for (author, is_posted), run in groupby(moves, lambda move: (move.author, move.is_posted)):
            if author not in clients:
                clients[author] = TrytonClient(self.database_url, author, password)
                clients[author].context = {"company": self.company, "companies": [self.company]}
            for batch in _batches(list(run)):
                ids = clients[author].create("account.move", [self._record(m) for m in batch])
                if is_posted:
                    clients[author].model("account.move", "post", ids)
                entered += len(batch)
                if note is not None:
                    note(f"booking the history into Tryton: {entered} of {len(moves)} moves")

    def close_periods(self, admin: TrytonClient, until: date) -> None:
        """Close every period that ends on or before `until`, oldest first."""
        periods = admin.read_all("account.period", [["end_date", "<=", until]], ["start_date"])
        admin.model("account.period", "close", [row["id"] for row in periods])

    def _record(self, move: MovePlan) -> dict[str, Any]:
        return {
            "company": self.company,
            "journal": self.journal,
            "period": self.periods[f"{move.day:%Y-%m}"],
            "date": move.day,
            "description": move.description,
            "lines": [["create", [self._line(line) for line in move.lines]]],
        }

    def _line(self, line: LinePlan) -> dict[str, Any]:
        record: dict[str, Any] = {
            "account": self.accounts[line.account],
            "debit": line.debit,
            "credit": line.credit,
            "description": line.text,
        }
        if line.second_currency is not None:
            record["second_currency"] = self.currencies[line.second_currency]
            record["amount_second_currency"] = line.second_amount
        return record


def _batches(moves: list[MovePlan]) -> Iterator[list[MovePlan]]:
    for start in range(0, len(moves), BATCH):
        yield moves[start : start + BATCH]
