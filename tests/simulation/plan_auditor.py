"""The rules that a plan must keep before anything of it is sent, judged from what was known then.

Here: a run's plan (`Plan`), and the checks of first postings, reversals and reposts by the numbers
of the properties. Not here: requests, books and the end (`tests.simulation.auditor`), nor how a
plan is made (`tests.simulation.planner`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tests.simulation.books import Item, standing_of
from tests.simulation.firm import JUNE, Record, newest_of, period_of, versions_of
from tests.simulation.inputs import Inputs
from tieout.posting.payload import payload_hashes


class Violation(AssertionError):  # noqa: N818 - named for what happened
    """A property does not hold; the message begins with its number."""


@dataclass(frozen=True)
class Plan:
    """What one run set out to post, with what was known when it was made."""

    inputs: Inputs
    candidates: pl.DataFrame
    payloads: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        keys, hashes = self.candidates["posting_key"], payload_hashes(self.candidates)
        object.__setattr__(self, "payloads", dict(zip(keys, hashes, strict=True)))


def check_plan(plan: Plan) -> None:
    """P3, P7, P8, P9, P13, P19, P25: what is posted is approved now, what is taken back is wrong now.

    Raises:
        Violation: naming the first line that breaks a rule.
    """
    newest = newest_of(plan.inputs.landed)
    posted: set[str] = set()
    for row in plan.candidates.iter_rows(named=True):
        record = newest[row["entry_id"]]
        if row["accounting_period_id"] < row["work_date"].strftime("%Y-%m"):
            raise Violation(f"P9: {row['posting_key']} is booked before the work")
        if plan.inputs.is_june_closed and row["accounting_period_id"] == JUNE:
            raise Violation(f"P8: {row['posting_key']} is booked in a closed month")
        if row["reverses_posting_key"] is not None:
            _check_reversal(plan.inputs, row, record)
            continue
        posted.add(row["entry_id"])
        if not record.is_effective or row["source_version"] != record.version:
            raise Violation(f"P3: {row['posting_key']} is planned and not approved")
        _check_destination(plan.inputs, row)
    for entry in _half_pairs(plan.inputs):
        if newest[entry].is_effective and entry not in posted:
            raise Violation(f"P19: {entry} is taken back and nothing takes its place")


def says(item: Item, posted: Record, now: Record, rates: Mapping[str, int]) -> bool:
    """Whether a line that was made of one version is what the entry is now, in every dimension."""
    return (item.hours, item.amount, item.legal_entity_id, period_of(posted.work_date)) == (
        now.hours, now.amount(rates), now.entity, period_of(now.work_date)
    )  # fmt: skip


def check_opposite(key: str, original: Item, entity: str, hours: Any, amount: Any) -> None:
    """P7: a reversal has the figures of what it takes back, with the other sign."""
    if (original.legal_entity_id, original.hours, original.amount) != (entity, -hours, -amount):
        raise Violation(f"P7: {key} is {hours} h, {amount} and does not cancel its original")


def _check_reversal(inputs: Inputs, row: Mapping[str, Any], record: Record) -> None:
    """Only a line that stands is taken back, where it stands, and only when it is wrong."""
    key, original = row["posting_key"], row["reverses_posting_key"]
    held = [i for i in standing_of(inputs.books[row["target"]]) if i.key == original]
    if not held:
        raise Violation(f"P25: {key} is planned for {row['target']}, where no such line stands")
    check_opposite(
        key, held[0], row["legal_entity_id"], row["hours"], row["cost_amount_functional"]
    )
    posted = versions_of(inputs.landed).get((held[0].entry_id, held[0].version), record)
    if record.is_effective and says(held[0], posted, record, inputs.rates):
        raise Violation(f"P3: {key} takes back what is right")


def _check_destination(inputs: Inputs, row: Mapping[str, Any]) -> None:
    """An entry goes where it went before, as long as it is the same legal entity's."""
    places = {
        name
        for name, items in inputs.books.items()
        for item in items
        if (item.entry_id, item.legal_entity_id) == (row["entry_id"], row["legal_entity_id"])
        and item.state == "posted"
    }
    if places and row["target"] not in places:
        raise Violation(f"P25: {row['posting_key']} leaves {sorted(places)}")


def _half_pairs(inputs: Inputs) -> Iterable[str]:
    """Entries that are in the books and of which nothing stands, all of it as our ledger knows."""
    acked = {planned.key for planned in inputs.plans if planned.state == "acked"}
    held: dict[str, list[Item]] = {}
    standing: set[str] = set()
    for items in inputs.books.values():
        standing |= {item.entry_id for item in standing_of(items)}
        for item in items:
            if item.state == "posted":
                held.setdefault(item.entry_id, []).append(item)
    for entry, items in held.items():
        if entry not in standing and all(item.key in acked for item in items):
            yield entry
