"""All that planning may look at, taken at one moment.

Here: the firm's landed records, its routes, rates and closed month, the books of the ERPs as they
were read, and what the posting ledger planned. Not here: what follows from them
(`tests.simulation.planner`, `tests.simulation.planner_sql`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.books import Item
from tests.simulation.firm import Firm, Record
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_reads import batches_where
from tieout.posting.ledger_records import StoredBatch, microseconds

Row = dict[str, Any]
_AS_CANDIDATE = {"amount": "cost_amount_functional", "currency_code": "functional_currency_code"}


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the ledger, as the warehouse is told of it; `row` is all that was to be sent."""

    key: str
    entry_id: str
    target: str
    state: str
    planned_at: int
    row: Mapping[str, Any]

    @property
    def entity(self) -> str:
        """The legal entity for which it was planned."""
        return self.row["legal_entity_id"]


@dataclass
class Inputs:
    """What one run extracted before it planned."""

    landed: list[Record]
    routes: dict[str, str]
    rates: dict[str, int]
    is_june_closed: bool
    books: dict[str, list[Item]]
    plans: list[PlannedLine]


@dataclass
class PlanReader:
    """Reads the plans of a ledger; what a batch says never changes, so it is read once."""

    _rows: dict[int, list[Row]] = field(default_factory=dict)
    _ended: dict[int, list[str]] = field(default_factory=dict)

    def planned(self, ledger: Ledger) -> list[PlannedLine]:
        """The newest attempt of every key in the ledger, in the order in which they were planned."""
        newest: dict[str, PlannedLine] = {}
        with ledger.reading() as connection:
            batches = batches_where(connection)
        for batch in batches:
            at = microseconds(batch.created_at)
            lines = zip(self._rows_of(ledger, batch), self._states(ledger, batch), strict=True)
            for row, state in lines:
                key, entry = row["posting_key"], row["entry_id"]
                newest[key] = PlannedLine(key, entry, batch.target, state, at, row)
        return sorted(newest.values(), key=lambda plan: (plan.planned_at, plan.key))

    def forget(self) -> None:
        """The ledger was replaced by another one."""
        self._rows, self._ended = {}, {}

    def _rows_of(self, ledger: Ledger, batch: StoredBatch) -> list[Row]:
        if batch.batch_no not in self._rows:
            lines = ledger.lines(batch).rename(_AS_CANDIDATE).drop("seq")
            rows = lines.iter_rows(named=True)
            self._rows[batch.batch_no] = [row | {"target": batch.target} for row in rows]
        return self._rows[batch.batch_no]

    def _states(self, ledger: Ledger, batch: StoredBatch) -> list[str]:
        if batch.batch_no in self._ended:
            return self._ended[batch.batch_no]
        fold = ledger.fold(batch)
        count = len(self._rows_of(ledger, batch))
        states = [fold.state(seq) or "unknown" for seq in range(count)]
        if not fold.open_lines:
            self._ended[batch.batch_no] = states
        return states


def inputs_of(
    firm: Firm, books: Mapping[str, list[Item]], ledger: Ledger, reader: PlanReader
) -> Inputs:
    """What a run that starts now would extract."""
    return Inputs(
        list(firm.landed), dict(firm.routes), dict(firm.rates), firm.is_june_closed,
        {name: list(items) for name, items in books.items()}, reader.planned(ledger),
    )  # fmt: skip
