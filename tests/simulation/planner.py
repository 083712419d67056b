"""What is to be posted now, in plain loops: the reference for the planning SQL.

Here: candidates from landed records, the ERPs' extracted books and the ledger's plans, and the few
decisions that a bug switch replaces. Not here: the SQL that does the same and is compared with it
(`tests.simulation.planner_sql`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from tests.nasty.posting_kit import frame, line
from tests.simulation.books import Item
from tests.simulation.firm import ENTITIES, JULY, JUNE, SOURCE, Firm, Record, period_of
from tieout.domain.keys import posting_key
from tieout.posting.ledger import Ledger
from tieout.posting.ledger_reads import batches_where
from tieout.posting.ledger_records import microseconds


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the ledger, as the warehouse is told of it."""

    key: str
    entry_id: str
    target: str
    state: str
    planned_at: int


@dataclass
class Inputs:
    """All that planning may look at, taken at one moment."""

    landed: list[Record]
    routes: dict[str, str]
    is_june_closed: bool
    books: dict[str, list[Item]]
    plans: list[PlannedLine]


@dataclass
class Rules:
    """Decisions of the design that a bug switch replaces with a known bad one."""

    key_parts: str = "version"
    newest: str = "version"
    closed_period: str = "next"
    posted: str = "entry"

    def key(self, record: Record, target: str) -> str:
        """The posting key of a version at a target."""
        number, version = str(record.number), record.version
        if self.key_parts == "entry":
            version = 1
        elif self.key_parts == "content":
            version = record.quarters * 100 + record.work_date.day
        return posting_key("meridian", target, SOURCE, number, version, "cost")


Planner = Callable[[Inputs, Rules, str], pl.DataFrame]
"""Candidates from inputs at an instant, written as SQL writes it."""


def planned_lines(ledger: Ledger) -> list[PlannedLine]:
    """The newest attempt of every key in the ledger."""
    newest: dict[str, PlannedLine] = {}
    with ledger.reading() as connection:
        batches = batches_where(connection)
    for batch in batches:
        fold, rows = ledger.fold(batch), ledger.lines(batch).select("posting_key", "entry_id")
        for seq, (key, entry) in enumerate(rows.iter_rows()):
            state = fold.state(seq) or "unknown"
            at = microseconds(batch.created_at)
            newest[key] = PlannedLine(key, entry, batch.target, state, at)
    return sorted(newest.values(), key=lambda plan: (plan.planned_at, plan.key))


def plan(inputs: Inputs, rules: Rules) -> pl.DataFrame:
    """The candidates of every target and period, sorted by posting key."""
    posted = _posted(inputs.books.values(), rules)
    bound: dict[str, str] = {}
    for name, items in inputs.books.items():
        bound.update({item.entry_id: name for item in items if item.state == "posted"})
    for planned in reversed(inputs.plans):
        if planned.state != "void":
            bound[planned.entry_id] = planned.target
    rows = []
    for record in _newest(inputs.landed, rules):
        target = bound.get(record.entry_id, inputs.routes[record.entity])
        is_posted = (record.entry_id, record.version if rules.posted == "version" else 0) in posted
        is_dropped = rules.closed_period == "drop" and is_closed(record.work_date, inputs)
        if record.is_effective and not is_posted and not is_dropped:
            rows.append(row_of(record, target, inputs, rules))
    return frame(sorted(rows, key=lambda row: row["posting_key"]))


def plan_in_python(inputs: Inputs, rules: Rules, as_of: str) -> pl.DataFrame:
    """The planner that needs no database."""
    del as_of
    return plan(inputs, rules)


def _newest(landed: Iterable[Record], rules: Rules) -> list[Record]:
    """One record per entry: the newest version, whenever it arrived."""
    found: dict[str, Record] = {}
    for record in landed:
        before = found.get(record.entry_id)
        if before is None or rules.newest == "arrival" or record.version > before.version:
            found[record.entry_id] = record
    return [found[entry] for entry in sorted(found)]


def _posted(books: Iterable[list[Item]], rules: Rules) -> set[tuple[str, int]]:
    """Entries that stand in some ERP, in any version (or, for a bug, in one version)."""
    return {
        (item.entry_id, item.version if rules.posted == "version" else 0)
        for items in books
        for item in items
        if item.state == "posted"
    }


def is_closed(day: date, inputs: Inputs) -> bool:
    """Whether the month of a day is closed."""
    return inputs.is_june_closed and period_of(day) == JUNE


def row_of(record: Record, target: str, inputs: Inputs, rules: Rules) -> dict[str, object]:
    """One candidate: in its own month while that is open, else on the first day of the next."""
    closed = is_closed(record.work_date, inputs)
    row = line(
        record.number,
        version=record.version,
        target=target,
        posting_key=rules.key(record, target),
        period_id=period_of(record.work_date),
        legal_entity_id=record.entity,
        work_date=record.work_date,
        accounting_date=date(2026, 7, 1) if closed else record.work_date,
        accounting_period_id=JULY if closed else period_of(record.work_date),
        is_late=closed,
        worker_id=record.worker,
        hours=record.hours,
        cost_amount_functional=record.amount,
        functional_currency_code=ENTITIES[record.entity],
    )
    if rules.key_parts == "period":
        number = f"{record.number}-{row['accounting_period_id']}"
        row["posting_key"] = posting_key("meridian", target, SOURCE, number, record.version, "cost")
    return row


def inputs_of(firm: Firm, books: dict[str, list[Item]], ledger: Ledger) -> Inputs:
    """What a run that starts now would extract."""
    return Inputs(
        list(firm.landed), dict(firm.routes), firm.is_june_closed,
        {name: list(items) for name, items in books.items()}, planned_lines(ledger),
    )  # fmt: skip
