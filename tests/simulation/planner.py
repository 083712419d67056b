"""What is to be posted now, in plain loops: the reference for the planning SQL.

Here: first postings and corrections from landed records, the ERPs' extracted books and the ledger's
plans, and the few decisions that a bug switch replaces. Not here: what one correction consists of
(`tests.simulation.corrections`) and the SQL that does the same and is compared with it
(`tests.simulation.planner_sql`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tests.nasty.posting_kit import frame, line
from tests.simulation.corrections import Correction, correction_of, postings_of
from tests.simulation.firm import ENTITIES, JULY, JUNE, SOURCE, Record, period_of
from tests.simulation.inputs import Inputs
from tieout.domain.keys import posting_key

Row = dict[str, Any]


@dataclass
class Rules:
    """Decisions of the design that a bug switch replaces with a known bad one."""

    key_parts: str = "version"
    newest: str = "version"
    closed_period: str = "next"
    posted: str = "entry"
    pair: str = "whole"
    reversed_amount: str = "stored"
    reversed_at: str = "original"
    reposted_at: str = "original"
    repost_key: str = "round"

    def key(self, record: Record, target: str, round_number: int = 1) -> str:
        """The posting key of a version at a target, and of a later posting of it."""
        number, version = str(record.number), record.version
        if self.key_parts == "entry":
            version = 1
        elif self.key_parts == "content":
            version = record.quarters * 100 + record.work_date.day
        leg = f"cost.{round_number}" if round_number > 1 and self.repost_key == "round" else "cost"
        return posting_key("meridian", target, SOURCE, number, version, leg)


Planner = Callable[[Inputs, Rules, str], pl.DataFrame]
"""Candidates from inputs at an instant, written as SQL writes it."""


def plan(inputs: Inputs, rules: Rules) -> pl.DataFrame:
    """The candidates of every target and period, sorted by posting key."""
    plans = {planned.key: planned for planned in inputs.plans}
    bound = destinations(inputs)
    rows: list[Row] = []
    for record in _newest(inputs.landed, rules):
        target = bound.get((record.entry_id, record.entity), inputs.routes[record.entity])
        postings, gone = postings_of(inputs, record.entry_id, plans)
        if rules.posted == "version":
            postings = [p for p in postings if p.item.version == record.version]
        if not postings:
            is_dropped = rules.closed_period == "drop" and is_closed(record.work_date, inputs)
            if record.is_effective and not is_dropped:
                rows.append(row_of(record, target, inputs, rules))
            continue
        found = correction_of(record, target, postings, gone, inputs)
        if found is not None and rules.posted == "entry":
            rows += _pair(found, target, inputs, rules)
    return frame(sorted(rows, key=lambda row: row["posting_key"]))


def plan_in_python(inputs: Inputs, rules: Rules, as_of: str) -> pl.DataFrame:
    """The planner that needs no database."""
    del as_of
    return plan(inputs, rules)


def destinations(inputs: Inputs) -> dict[tuple[str, str], str]:
    """Where an entry goes of a legal entity for which it was planned before: where it went first."""
    bound: dict[tuple[str, str], str] = {}
    for planned in inputs.plans:
        if planned.state != "void":
            bound.setdefault((planned.entry_id, planned.entity), planned.target)
    return bound


def _pair(found: Correction, target: str, inputs: Inputs, rules: Rules) -> list[Row]:
    """The reversals of a correction, and what takes their place."""
    record, route = found.record, inputs.routes[found.record.entity]
    if rules.pair == "edits" and not found.reposts:
        return []
    if rules.closed_period == "original":
        found.is_in_july = False
    reversals = [] if rules.pair == "repost" else found.reversals()
    for row in reversals:
        if rules.reversed_at == "route":
            row["target"] = route
        if rules.reversed_amount == "newest":
            row["cost_amount_functional"] = -record.amount(inputs.rates)
    if not found.reposts:
        return reversals
    target = route if rules.reposted_at == "route" else target
    repost = row_of(record, target, inputs, rules)
    return [
        *reversals,
        repost | found.labels | {
            "posting_key": rules.key(record, target, found.round),
            "period_id": found.period_id,
            "accounting_date": found.day(record.work_date),
            "accounting_period_id": JULY if found.is_in_july else JUNE,
            "is_late": found.is_in_july and period_of(record.work_date) == JUNE,
        },
    ]  # fmt: skip


def _newest(landed: Iterable[Record], rules: Rules) -> list[Record]:
    """One record per entry: the newest version, whenever it arrived."""
    found: dict[str, Record] = {}
    for record in landed:
        before = found.get(record.entry_id)
        if before is None or rules.newest == "arrival" or record.version > before.version:
            found[record.entry_id] = record
    return [found[entry] for entry in sorted(found)]


def is_closed(day: date, inputs: Inputs) -> bool:
    """Whether the month of a day is closed."""
    return inputs.is_june_closed and period_of(day) == JUNE


def row_of(record: Record, target: str, inputs: Inputs, rules: Rules) -> Row:
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
        cost_amount_functional=record.amount(inputs.rates),
        functional_currency_code=ENTITIES[record.entity],
    )
    if rules.key_parts == "period":
        number = f"{record.number}-{row['accounting_period_id']}"
        row["posting_key"] = posting_key("meridian", target, SOURCE, number, record.version, "cost")
    return row
