"""A tiny model of what the ERPs must hold, and the rules that hold at every step.

Here: the checks per request, per stored object, per run and after draining, by the numbers of the
properties (P1 to P48). The model knows nothing of batches, states or look-ups: it sees the firm's
records, what each run planned, what each ERP was asked and what stands in its books. Not here: the
checkers over ledger and books as a whole (`tests.simulation.history`).

An entry that changes after it was posted is a finding today and stays as it was posted;
`expects_corrections` makes the model expect the approved version instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tests.simulation.books import Item, SimErp
from tests.simulation.firm import Firm, Record
from tests.simulation.planner import Inputs, planned_lines
from tieout.posting.ledger import Ledger
from tieout.posting.payload import payload_hashes
from tieout.posting.report import PostingReport
from tieout.posting.states import ENDED


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


@dataclass
class Auditor:
    """Watches one firm and its ERPs."""

    firm: Firm
    erps: dict[str, SimErp]
    expects_corrections: bool = False
    plans: list[Plan] = field(default_factory=list)
    """The plans of the runs that are going on now, the innermost last."""
    seen: dict[tuple[str, str], Item] = field(default_factory=dict)

    def planned(self, plan: Plan) -> None:
        """P3, P9, P13: a plan has each approved entry's newest version, and no other."""
        approved = {
            (record.entry_id, record.version)
            for record in Firm.known(_Landed(plan.inputs.landed)).values()
            if record.is_effective
        }
        for row in plan.candidates.iter_rows(named=True):
            if (row["entry_id"], row["source_version"]) not in approved:
                raise Violation(f"P3: {row['posting_key']} is planned and not approved")
            if row["accounting_period_id"] < row["work_date"].strftime("%Y-%m"):
                raise Violation(f"P9: {row['posting_key']} is booked before the work")

    def asked(self, erp: SimErp, rows: list[dict[str, Any]]) -> None:
        """P2, P3, P18, P24, at the moment of a request."""
        plan = self.plans[-1]
        frame = pl.DataFrame(rows, schema=plan.candidates.schema, orient="row")
        for row, payload in zip(rows, payload_hashes(frame), strict=True):
            key = row["posting_key"]
            if plan.payloads.get(key) != payload:
                raise Violation(f"P3: {key} is sent and is no candidate in this form")
            if row["target"] != erp.name:
                raise Violation(f"P24: {key} is sent to {erp.name}")
            if row["hours"] > 24:
                raise Violation(f"P35: {key} is sent although the gate holds it")
            self._alone(erp, key, row["entry_id"])

    def _alone(self, erp: SimErp, key: str, entry: str) -> None:
        """No other line of the entry stands anywhere or may still come to stand there."""
        for other in self.erps.values():
            standing = [(i.key, i.entry_id) for i in other.items if i.state == "posted"]
            coming = [(row["posting_key"], row["entry_id"]) for row in other.on_the_way()]
            for held, its_entry in (*standing, *coming):
                if its_entry == entry and (held, other.name) != (key, erp.name):
                    raise Violation(
                        f"P18: {key} is sent while {held} stands in {other.name} or is on its way"
                    )

    def stored(self, erp: SimErp, item: Item) -> None:
        """P1, P2, P24: one line per key and entry, whatever way it came into the books."""
        for other in self.erps.values():
            for held in other.items:
                if held is item or held.state != "posted":
                    continue
                if held.key == item.key:
                    raise Violation(f"P1: {item.key} is in {other.name} and again in {erp.name}")
                if held.entry_id == item.entry_id:
                    raise Violation(f"P2: {item.entry_id} stands as {held.key} and as {item.key}")

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
            if is_ended and _stands(ledger, entry):
                continue  # in another version, which stands or may yet stand
            if line is None or line.state in ("planned", "sealed"):
                raise Violation(f"P4: {key} was a candidate and is {line and line.state}")
            if line.state in ("void", "rejected", "dead") and not line.reason_code:
                raise Violation(f"P4: {key} is {line.state} without a reason")

    def drained(self) -> None:
        """P2, P4, P16, P17 at the end: every approved entry once, nothing unapproved by itself."""
        lines: dict[str, list[tuple[str, Item]]] = {}
        for erp in self.erps.values():
            for item in erp.items:
                if item.state == "posted":
                    lines.setdefault(item.entry_id, []).append((erp.name, item))
        records = {(r.entry_id, r.version): r for r in self.firm.landed}
        for record in self.firm.known().values():
            held = lines.pop(record.entry_id, [])
            if record.is_effective and not record.is_too_long and not held:
                raise Violation(f"P4: {record.entry_id} is approved and lost")
            if len(held) > 1:
                raise Violation(f"P2: {record.entry_id} stands {len(held)} times")
            for name, item in held:
                self._agrees(record, records[item.entry_id, item.version], name, item)
        if lines:
            raise Violation(f"P3: {sorted(lines)} were never entered")

    def _agrees(self, newest: Record, posted: Record, name: str, item: Item) -> None:
        """The line says what its version said; which version it may be depends on corrections."""
        if (item.hours, item.amount, item.legal_entity_id) != (
            posted.hours, posted.amount, posted.entity
        ):  # fmt: skip
            raise Violation(f"P2: {item.key} in {name} is not what was approved")
        if self.expects_corrections and posted.version != newest.version:
            raise Violation(f"P2: {item.key} in {name} is not the approved version")


def _stands(ledger: Ledger, entry: str) -> bool:
    """Whether the ledger holds a line of an entry that is open or acknowledged."""
    return any(
        line.entry_id == entry and line.state in ("planned", "sealed", "sending", "acked")
        for line in planned_lines(ledger)
    )


@dataclass(frozen=True)
class _Landed:
    """Just the landed records, so that the firm's own reading of them can be asked."""

    landed: Iterable[Record]
