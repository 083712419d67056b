"""A tiny model of what the ERPs must hold, and the rules that hold at every step.

Here: the checks per request, per stored object, per run and after draining, by the numbers of the
properties (P1 to P48). The model knows nothing of batches, states or look-ups: it sees the firm's
records, what each run planned, what each ERP was asked and what stands in its books. Not here: the
rules of a plan (`tests.simulation.plan_auditor`) and the checkers over ledger and books as a whole
(`tests.simulation.history`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from tests.simulation.books import Item, SimErp
from tests.simulation.firm import ENTITIES, Firm, Record, versions_of
from tests.simulation.inputs import PlanReader
from tests.simulation.plan_auditor import Plan, Violation, check_opposite, check_plan, says
from tieout.domain.keys import REVERSAL
from tieout.posting.ledger import Ledger
from tieout.posting.payload import payload_hashes
from tieout.posting.report import PostingReport
from tieout.posting.states import ENDED


@dataclass
class Auditor:
    """Watches one firm and its ERPs."""

    firm: Firm
    erps: dict[str, SimErp]
    reader: PlanReader
    plans: list[Plan] = field(default_factory=list)
    """The plans of the runs that are going on now, the innermost last."""
    seen: dict[tuple[str, str], Item] = field(default_factory=dict)

    def planned(self, plan: Plan) -> None:
        """The rules of a plan, before anything of it is sent."""
        check_plan(plan)

    def asked(self, erp: SimErp, rows: list[dict[str, Any]]) -> None:
        """P2, P3, P18, P19, P24, at the moment of a request."""
        plan = self.plans[-1]
        frame = pl.DataFrame(rows, schema=plan.candidates.schema, orient="row")
        for row, payload in zip(rows, payload_hashes(frame), strict=True):
            key = row["posting_key"]
            if plan.payloads.get(key) != payload:
                raise Violation(f"P3: {key} is sent and is no candidate in this form")
            if row["target"] != erp.name:
                raise Violation(f"P24: {key} is sent to {erp.name}")
            if abs(row["hours"]) > 24:
                raise Violation(f"P35: {key} is sent although the gate holds it")
            self._alone(erp, key, row["entry_id"])

    def _alone(self, erp: SimErp, key: str, entry: str) -> None:
        """Nothing else of the entry is on its way; a posting meets no other one that stands."""
        original = key.removeprefix(REVERSAL)
        for other in self.erps.values():
            for row in other.on_the_way():
                at = row["posting_key"], other.name
                if row["entry_id"] == entry and at != (key, erp.name):
                    raise Violation(f"P18: {key} is sent while {at} is on its way")
            for item in other.standing():
                if item.entry_id == entry and (item.key, other.name) != (original, erp.name):
                    raise Violation(f"P19: {key} is sent while {item.key} stands in {other.name}")
        if key != original and not any(item.key == original for item in erp.items):
            raise Violation(f"P19: {key} takes back what {erp.name} does not have")

    def stored(self, erp: SimErp, item: Item) -> None:
        """P1, P2, P7, P19: one line per key, one that stands per entry, whatever way it came in."""
        for other in self.erps.values():
            for held in other.items:
                if held is not item and held.state == "posted" and held.key == item.key:
                    raise Violation(f"P1: {item.key} is in {other.name} and again in {erp.name}")
            for held in other.standing():
                if not item.is_reversal and held is not item and held.entry_id == item.entry_id:
                    raise Violation(f"P2: {item.entry_id} stands as {held.key} and as {item.key}")
        if item.is_reversal:
            original = item.key.removeprefix(REVERSAL)
            held = [i for i in erp.items if (i.key, i.state) == (original, "posted")]
            if not held:
                raise Violation(f"P19: {item.key} takes back what {erp.name} does not have")
            check_opposite(item.key, held[0], item.legal_entity_id, item.hours, item.amount)

    def books_are_stable(self) -> None:
        """P8: an object in the books never changes and never goes away."""
        for erp in self.erps.values():
            now = {(erp.name, i.erp_id): i for i in erp.items if i.state == "posted"}
            before = {at: item for at, item in self.seen.items() if at[0] == erp.name}
            for at, item in before.items():
                if now.get(at) != item:
                    raise Violation(f"P8: {item.key} was changed in {erp.name}")
            self.seen |= now

    def ran(self, ledger: Ledger, plan: Plan, report: PostingReport, *, released: bool) -> None:
        """P4 and P36, after a run that nobody interrupted."""
        if report.interrupted_by is not None:
            return
        counted = report.planned + report.held + report.known + report.behind
        if counted != report.candidates:
            raise Violation(f"P36: {report.candidates} candidates, {counted} accounted for")
        if not released:
            return
        mine = plan.candidates.filter(
            (pl.col("target") == report.target) & (pl.col("period_id") == report.period_id)
        )
        known = ledger.known(mine["posting_key"].to_list())
        for key, entry in mine.select("posting_key", "entry_id").iter_rows():
            line = known.get(key)
            is_ended = line is None or line.state in ENDED - {"acked"}
            if is_ended and self._stands(ledger, entry):
                continue  # in another version, which stands or may yet stand
            if line is None or line.state in ("planned", "sealed"):
                raise Violation(f"P4: {key} was a candidate and is {line and line.state}")
            if line.state in ("void", "rejected", "dead") and not line.reason_code:
                raise Violation(f"P4: {key} is {line.state} without a reason")

    def _stands(self, ledger: Ledger, entry: str) -> bool:
        """Whether the ledger holds a line of an entry that is open or acknowledged."""
        return any(
            line.entry_id == entry and line.state in ("planned", "sealed", "sending", "acked")
            for line in self.reader.planned(ledger)
        )

    def drained(self, forgotten: Collection[str]) -> None:
        """P2, P4, P16, P17 at the end: the books net to what is approved, entry by entry.

        Args:
            forgotten: Keys in the books that the ledger does not know, because it was restored from
                a copy. What their entries need is for people; they still stand once at most.
        """
        held: dict[str, list[Item]] = {}
        standing: dict[str, list[Item]] = {}
        for erp in self.erps.values():
            for item in erp.items:
                if item.state == "posted":
                    held.setdefault(item.entry_id, []).append(item)
            for item in erp.standing():
                standing.setdefault(item.entry_id, []).append(item)
        newest = self.firm.known()
        if held.keys() - newest.keys():
            raise Violation(f"P3: {sorted(held.keys() - newest.keys())} were never entered")
        for entry, record in newest.items():
            lines, left = held.get(entry, []), standing.get(entry, [])
            if len(left) > 1:
                raise Violation(f"P2: {entry} stands {len(left)} times")
            if not any(line.key in forgotten for line in lines):
                self._is_right(record, lines, left)

    def _is_right(self, record: Record, lines: list[Item], standing: list[Item]) -> None:
        """The lines of one entry add up to its newest version; one that the gate holds moves none."""
        net = _net(lines)
        if record.is_effective and record.is_too_long:
            if net != _net(standing):
                raise Violation(f"P2: {record.entry_id} nets to {net}, and {standing} stands")
            return
        if not record.is_effective:
            if standing or net:
                raise Violation(f"P2: {record.entry_id} is not approved and nets to {net}")
            return
        if not standing:
            raise Violation(f"P4: {record.entry_id} is approved and lost")
        posted = versions_of(self.firm.landed)[record.entry_id, standing[0].version]
        wanted = {
            (record.entity, ENTITIES[record.entity]): (
                record.hours, record.amount(self.firm.rates),
            )
        }  # fmt: skip
        if net != wanted or not says(standing[0], posted, record, self.firm.rates):
            raise Violation(f"P2: {record.entry_id} nets to {net}, approved is {wanted}")


def _net(lines: list[Item]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Hours and amount of some lines by entity and currency, without what nets to nothing."""
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for line in lines:
        place = line.legal_entity_id, line.currency
        hours, amount = sums.get(place, (Decimal(0), Decimal(0)))
        sums[place] = hours + line.hours, amount + line.amount
    return {place: both for place, both in sums.items() if any(both)}
