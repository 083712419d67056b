"""Planted changes after posting: the ERP holds one figure, the source another.

Here: edits, moves, withdrawn approvals, deletions and rate corrections of posted time, each with
its rows in adjusted-not-reclassified (one per leg and set of dimensions with a gap) and the posted
line's pending reversal. Changes that leave no gap are in `plants_silent.py`, a changed expense in
`plants_expenses.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tieout.domain.period import Period
from tieout.sandbox.firm.contracts import assign
from tieout.sandbox.firm.entries import revise
from tieout.sandbox.firm.facts import TimeEntryVersion
from tieout.sandbox.firm.history import figures
from tieout.sandbox.firm.manifest import PNB
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.posted import Posted, change_time, posted
from tieout.sandbox.firm.themes import THEMES, Theme

_WITHDRAWN = {
    "approval_status": "draft",
    "submitted_at": None,
    "approved_at": None,
    "approver_worker_id": None,
    "active_submission_id": None,
}


def plant_changes(planter: Planter) -> None:
    """Plant every change after posting."""
    for plant in (
        _edited,
        _moved,
        _withdrawn,
        _deleted_later,
        _bill_rate,
        _cost_rate,
        _moved_month,
        _billed_then_edited,
    ):
        plant(planter)


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
                theme,
                old.entry_id,
                leg,
                project_id or old.project_id,
                period_id or Period.of(old.work_date).id,
                hours=hours,
                amount=amount,
                currency=currency,
                reason_code=reason,
                clock=clock,
            )


def _edited(planter: Planter) -> None:
    theme = THEMES["edited-after-posting"]
    for worker, before, after in ((planter.us(0), "8", "6"), (planter.uk(0), "6", "8")):
        case = posted(planter, worker, "P-1001", 10, before)
        new = revise(planter.shop, case.version, change_time(planter), hours=Decimal(after))
        old_worth, new_worth = (figures(planter.shop, row) for row in (case.version, new))
        _legs(
            planter,
            theme,
            case.version,
            "HOURS_CHANGED",
            hours=new_worth.hours - old_worth.hours,
            cost=new_worth.cost - old_worth.cost,
            bill=new_worth.bill - old_worth.bill,
        )
        planter.unbilled(theme, case.line, "pending_reversal")


def _moved(planter: Planter) -> None:
    theme = THEMES["moved-after-posting"]
    worker = planter.uk(1)
    case = posted(planter, worker, "P-1003", 11)
    assign(planter.shop, worker.worker_id, "P-1013")
    revise(
        planter.shop,
        case.version,
        change_time(planter),
        project_id="P-1013",
        task_id="P-1013/analysis",
    )
    worth = figures(planter.shop, case.version)
    for sign, project_id in ((-1, "P-1003"), (1, "P-1013")):
        _legs(
            planter,
            theme,
            case.version,
            "PROJECT_CHANGED",
            hours=sign * worth.hours,
            cost=sign * worth.cost,
            bill=sign * worth.bill,
            project_id=project_id,
        )
    planter.unbilled(theme, case.line, "pending_reversal")


def _take_back(
    planter: Planter, theme: Theme, case: Posted, reason: str, clock: datetime | None = None
) -> None:
    """Expect the full line to be reversed."""
    worth = figures(planter.shop, case.version)
    _legs(
        planter,
        theme,
        case.version,
        reason,
        hours=-worth.hours,
        cost=-worth.cost,
        bill=-worth.bill,
        clock=clock,
    )
    planter.unbilled(theme, case.line, "pending_reversal", clock=clock)


def _withdrawn(planter: Planter) -> None:
    theme = THEMES["unapproved-after-posting"]
    for worker, project_id in ((planter.us(2), "P-1001"), (planter.uk(2), "P-1013")):
        case = posted(planter, worker, project_id, 10)
        revise(planter.shop, case.version, change_time(planter), **_WITHDRAWN)
        _take_back(planter, theme, case, "UNAPPROVED")


def _deleted_later(planter: Planter) -> None:
    theme = THEMES["deleted-after-posting"]
    line = planter.shop.timeline
    for worker, project_id in ((planter.india(0), "P-1007"), (planter.uk(3), "P-1003")):
        case = posted(planter, worker, project_id, 11)
        revise(planter.shop, case.version, line.now + timedelta(days=3, hours=4), is_deleted=True)
        _take_back(planter, theme, case, "ENTRY_DELETED", clock=line.later)


def _bill_rate(planter: Planter) -> None:
    theme = THEMES["bill-rate-corrected"]
    case = posted(planter, planter.us(3), "P-1001", 10)
    old_rate = case.version.bill_rate
    assert old_rate is not None
    new = revise(
        planter.shop, case.version, change_time(planter), bill_rate=old_rate + Decimal("10.00")
    )
    gap = figures(planter.shop, new).bill - figures(planter.shop, case.version).bill
    _legs(planter, theme, case.version, "RATE_CHANGED", hours=Decimal(0), cost=Decimal(0), bill=gap)
    planter.unbilled(theme, case.line, "pending_reversal")


def _cost_rate(planter: Planter) -> None:
    theme = THEMES["cost-rate-corrected"]
    case = posted(planter, planter.uk(4), "P-1003", 11, "7.25")
    old_rate = case.version.cost_rate
    assert old_rate is not None
    new = revise(
        planter.shop, case.version, change_time(planter), cost_rate=old_rate + Decimal("2.15")
    )
    gap = figures(planter.shop, new).cost - figures(planter.shop, case.version).cost
    _legs(
        planter,
        theme,
        case.version,
        "COST_RATE_CHANGED",
        hours=Decimal(0),
        cost=gap,
        bill=Decimal(0),
    )


def _moved_month(planter: Planter) -> None:
    theme = THEMES["date-moved-to-other-month"]
    worker = planter.uk(5)
    case = posted(planter, worker, "P-1003", 20, months_back=1)
    day = planter.day(worker, 2)
    revise(planter.shop, case.version, change_time(planter), work_date=day)
    worth = figures(planter.shop, case.version)
    for sign, moved_to in ((-1, case.version.work_date), (1, day)):
        _legs(
            planter,
            theme,
            case.version,
            "DATE_CHANGED",
            hours=sign * worth.hours,
            cost=sign * worth.cost,
            bill=sign * worth.bill,
            period_id=Period.of(moved_to).id,
        )
    planter.unbilled(theme, case.line, "pending_reversal")


def _billed_then_edited(planter: Planter) -> None:
    theme = THEMES["billed-then-edited"]
    case = posted(planter, planter.us(4), "P-1001", 13, months_back=1)
    new = revise(planter.shop, case.version, change_time(planter), hours=Decimal(6))
    old_worth, new_worth = (figures(planter.shop, row) for row in (case.version, new))
    _legs(
        planter,
        theme,
        case.version,
        "HOURS_CHANGED",
        hours=new_worth.hours - old_worth.hours,
        cost=new_worth.cost - old_worth.cost,
        bill=new_worth.bill - old_worth.bill,
    )
    planter.absent(theme, PNB, "external_id", str(case.line.external_id))
