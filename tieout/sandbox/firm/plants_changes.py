"""Planted changes after posting: the ERP holds one figure, the source another.

Here: edits, moves, withdrawn approvals, deletions and rate corrections of posted time, each with
its rows in adjusted-not-reclassified (one per leg and set of dimensions with a gap) and the posted
line's pending reversal. Also changes that leave no gap. A changed expense is in
`plants_expenses.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tieout.domain.period import Period
from tieout.sandbox.firm.contracts import assign
from tieout.sandbox.firm.entries import revise
from tieout.sandbox.firm.facts import TimeEntryVersion
from tieout.sandbox.firm.history import figures, post, post_history, reverse
from tieout.sandbox.firm.ledger import ErpLine
from tieout.sandbox.firm.manifest import ANP, ANR, ORPHANS, PNB
from tieout.sandbox.firm.master import Worker
from tieout.sandbox.firm.money import times
from tieout.sandbox.firm.planting import Planter, Theme
from tieout.sandbox.firm.timeline import at_utc

_LATE_CHANGE_DAY = 25
_WITHDRAWN = {
    "approval_status": "draft",
    "submitted_at": None,
    "approved_at": None,
    "approver_worker_id": None,
    "active_submission_id": None,
}


@dataclass(frozen=True)
class Posted:
    """A posted entry: its version and its line."""

    version: TimeEntryVersion
    line: ErpLine


def plant_changes(planter: Planter) -> None:
    """Plant every change after posting."""
    for plant in (
        _edited, _moved, _withdrawn, _deleted_later, _bill_rate, _cost_rate, _moved_month,
        _billed_then_edited, _no_gap, _corrected_pairs,
    ):  # fmt: skip
        plant(planter)


def posted(
    planter: Planter,
    worker: Worker,
    project_id: str,
    number: int,
    hours: str = "8",
    months_back: int = 0,
) -> Posted:
    """Write, approve and post one entry of a month's day."""
    day = planter.day(worker, number, months_back)
    version = planter.entry(worker, project_id, day, hours)
    line = post_history(planter.shop, version)
    assert line is not None, "planted history is approved before the last nightly run"
    return Posted(version, line)


def change_time(planter: Planter) -> datetime:
    """When planted changes happen: the 26th of the last month, after everything was posted."""
    return at_utc(planter.shop.timeline.last.start + timedelta(days=_LATE_CHANGE_DAY), 14)


def _legs(
    planter: Planter,
    theme: Theme,
    old: TimeEntryVersion,
    reason: str,
    *,
    hours: Decimal,
    cost: Decimal,
    bill: Decimal,
    project_id: str | None = None,
    period_id: str | None = None,
    clock: datetime | None = None,
) -> None:
    """The two rows of one gap; a leg without any gap has no row."""
    worth = figures(planter.shop, old)
    for leg, amount, currency in (
        ("cost", cost, worth.functional_currency),
        ("bill", bill, worth.contract_currency),
    ):
        if amount != 0:
            planter.gap(
                theme, old.entry_id, leg, project_id or old.project_id,
                period_id or Period.of(old.work_date).id,
                hours=hours, amount=amount, currency=currency, reason_code=reason, clock=clock,
            )  # fmt: skip


def _edited(planter: Planter) -> None:
    theme = Theme("edited-after-posting", ("SCN-04", "SCN-08"), ("FAIL-04",),
                  "Hours were edited after the entry was posted.")  # fmt: skip
    for worker, before, after in ((planter.us(0), "8", "6"), (planter.uk(0), "6", "8")):
        case = posted(planter, worker, "P-1001", 10, before)
        new = revise(planter.shop, case.version, change_time(planter), hours=Decimal(after))
        old_worth, new_worth = (figures(planter.shop, row) for row in (case.version, new))
        _legs(planter, theme, case.version, "HOURS_CHANGED",
              hours=new_worth.hours - old_worth.hours,
              cost=new_worth.cost - old_worth.cost,
              bill=new_worth.bill - old_worth.bill)  # fmt: skip
        planter.unbilled(theme, case.line, "pending_reversal")


def _moved(planter: Planter) -> None:
    theme = Theme("moved-after-posting", ("SCN-04",), ("FAIL-04", "FAIL-06"),
                  "The entry was moved to another project after it was posted.")  # fmt: skip
    worker = planter.uk(1)
    case = posted(planter, worker, "P-1003", 11)
    assign(planter.shop, worker.worker_id, "P-1013")
    revise(planter.shop, case.version, change_time(planter), project_id="P-1013",
           task_id="P-1013/analysis")  # fmt: skip
    worth = figures(planter.shop, case.version)
    for sign, project_id in ((-1, "P-1003"), (1, "P-1013")):
        _legs(planter, theme, case.version, "PROJECT_CHANGED", hours=sign * worth.hours,
              cost=sign * worth.cost, bill=sign * worth.bill, project_id=project_id)  # fmt: skip
    planter.unbilled(theme, case.line, "pending_reversal")


def _take_back(
    planter: Planter, theme: Theme, case: Posted, reason: str, clock: datetime | None = None
) -> None:
    """Expect the full line to be reversed."""
    worth = figures(planter.shop, case.version)
    _legs(planter, theme, case.version, reason, hours=-worth.hours, cost=-worth.cost,
          bill=-worth.bill, clock=clock)  # fmt: skip
    planter.unbilled(theme, case.line, "pending_reversal", clock=clock)


def _withdrawn(planter: Planter) -> None:
    theme = Theme("unapproved-after-posting", ("SCN-04",), ("FAIL-04",),
                  "The approval was withdrawn after the entry was posted.")  # fmt: skip
    for worker, project_id in ((planter.us(2), "P-1001"), (planter.uk(2), "P-1013")):
        case = posted(planter, worker, project_id, 10)
        revise(planter.shop, case.version, change_time(planter), **_WITHDRAWN)
        _take_back(planter, theme, case, "UNAPPROVED")


def _deleted_later(planter: Planter) -> None:
    theme = Theme("deleted-after-posting", ("SCN-04",), ("FAIL-04",),
                  "A posted entry that was extracted before is deleted in the source: it shows "
                  "at the second look, a week later.")  # fmt: skip
    line = planter.shop.timeline
    for worker, project_id in ((planter.india(0), "P-1007"), (planter.uk(3), "P-1003")):
        case = posted(planter, worker, project_id, 11)
        revise(planter.shop, case.version, line.now + timedelta(days=3, hours=4), is_deleted=True)
        _take_back(planter, theme, case, "ENTRY_DELETED", clock=line.later)


def _bill_rate(planter: Planter) -> None:
    theme = Theme("bill-rate-corrected", ("SCN-04",), ("FAIL-07",),
                  "The bill rate was corrected for a day that was already posted.")  # fmt: skip
    case = posted(planter, planter.us(3), "P-1001", 10)
    old_rate = case.version.bill_rate
    assert old_rate is not None
    new = revise(planter.shop, case.version, change_time(planter),
                 bill_rate=old_rate + Decimal("10.00"))  # fmt: skip
    gap = figures(planter.shop, new).bill - figures(planter.shop, case.version).bill
    _legs(planter, theme, case.version, "RATE_CHANGED", hours=Decimal(0), cost=Decimal(0),
          bill=gap)  # fmt: skip
    planter.unbilled(theme, case.line, "pending_reversal")


def _cost_rate(planter: Planter) -> None:
    theme = Theme("cost-rate-corrected", ("SCN-05",), ("FAIL-10",),
                  "The worker's cost rate was corrected for a posted day.")  # fmt: skip
    case = posted(planter, planter.uk(4), "P-1003", 11, "7.25")
    old_rate = case.version.cost_rate
    assert old_rate is not None
    new = revise(planter.shop, case.version, change_time(planter),
                 cost_rate=old_rate + Decimal("2.15"))  # fmt: skip
    gap = figures(planter.shop, new).cost - figures(planter.shop, case.version).cost
    _legs(planter, theme, case.version, "COST_RATE_CHANGED", hours=Decimal(0), cost=gap,
          bill=Decimal(0))  # fmt: skip


def _moved_month(planter: Planter) -> None:
    theme = Theme("date-moved-to-other-month", ("SCN-16",), ("FAIL-04", "FAIL-05"),
                  "The work date of a posted entry was moved into the next month.")  # fmt: skip
    worker = planter.uk(5)
    case = posted(planter, worker, "P-1003", 20, months_back=1)
    day = planter.day(worker, 2)
    revise(planter.shop, case.version, change_time(planter), work_date=day)
    worth = figures(planter.shop, case.version)
    for sign, moved_to in ((-1, case.version.work_date), (1, day)):
        _legs(planter, theme, case.version, "DATE_CHANGED", hours=sign * worth.hours,
              cost=sign * worth.cost, bill=sign * worth.bill,
              period_id=Period.of(moved_to).id)  # fmt: skip
    planter.unbilled(theme, case.line, "pending_reversal")


def _billed_then_edited(planter: Planter) -> None:
    theme = Theme("billed-then-edited", ("SCN-04", "SCN-32"), ("FAIL-04",),
                  "Hours were edited after the entry was posted and invoiced: there is a gap to "
                  "reverse, and nothing left to bill.")  # fmt: skip
    case = posted(planter, planter.us(4), "P-1001", 13, months_back=1)
    new = revise(planter.shop, case.version, change_time(planter), hours=Decimal(6))
    old_worth, new_worth = (figures(planter.shop, row) for row in (case.version, new))
    _legs(planter, theme, case.version, "HOURS_CHANGED",
          hours=new_worth.hours - old_worth.hours,
          cost=new_worth.cost - old_worth.cost,
          bill=new_worth.bill - old_worth.bill)  # fmt: skip
    planter.absent(theme, PNB, "external_id", str(case.line.external_id))


def _no_gap(planter: Planter) -> None:
    theme = Theme("changed-without-gap", ("SCN-04",), ("FAIL-04", "FAIL-05"),
                  "Edited away and back again, or only the note changed: a new version, but no "
                  "gap.")  # fmt: skip
    shop = planter.shop
    back = posted(planter, planter.us(5), "P-1001", 10)
    away = revise(shop, back.version, change_time(planter), hours=Decimal(6))
    revise(shop, away, change_time(planter) + timedelta(hours=1), hours=back.version.hours)
    note = posted(planter, planter.us(6), "P-1001", 10)
    revise(shop, note.version, change_time(planter), notes="Steering meeting, minutes attached")
    for case in (back, note):
        planter.absent(theme, ANR, "entry_id", case.version.entry_id)
        planter.absent(theme, ANP, "entry_id", case.version.entry_id)


def _corrected_pairs(planter: Planter) -> None:
    theme = Theme("corrected-by-pair", ("SCN-04",), ("FAIL-04",),
                  "Edited after posting and properly corrected by the earlier integration: "
                  "reversal and new line.")  # fmt: skip
    shop = planter.shop
    for worker, project_id in ((planter.us(7), "P-1001"), (planter.uk(6), "P-1003")):
        case = posted(planter, worker, project_id, 4)
        assert case.version.cost_rate is not None
        edited_at = at_utc(shop.timeline.last.start + timedelta(days=17), 12)
        new = revise(shop, case.version, edited_at, hours=Decimal(6), approved_at=edited_at)
        run = edited_at + timedelta(hours=14)
        reversal = reverse(shop, case.line, run)
        repost = post(shop, new, run + timedelta(minutes=1))
        assert repost.cost_amount == times(new.hours, new.cost_rate)
        planter.absent(theme, ANR, "entry_id", new.entry_id)
        for line in (case.line, reversal):
            planter.absent(theme, ORPHANS, "external_id", str(line.external_id))
            planter.absent(theme, PNB, "external_id", str(line.external_id))
