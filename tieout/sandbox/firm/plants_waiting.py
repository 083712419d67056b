"""Planted time that the run must post: approved, in order, and not in the ERP yet.

Here: the ERP maintenance window, late time of closed months, and everything approved after the
last run of the earlier integration. Each entry is expected in approved-not-posted before posting
and as a matched ERP line after it. Also here: entries that only look unposted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tieout.domain.period import Period
from tieout.sandbox.firm.entries import Life, usual_life
from tieout.sandbox.firm.facts import TimeEntryVersion
from tieout.sandbox.firm.history import Entry, figures, key_of, post, post_history
from tieout.sandbox.firm.manifest import AFTER, ANP, ANR, BEFORE, ORPHANS
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.reference import ENTITY
from tieout.sandbox.firm.themes import THEMES, Theme
from tieout.sandbox.firm.timeline import at_utc

NOT_YET = "NOT_YET_POSTED"
MAINTENANCE_DAY = 22  # days after the first of the last month: approvals of that day were lost
IN_WINDOW = THEMES["in-window"]
MAINTENANCE = THEMES["maintenance-window"]


def plant_waiting(planter: Planter) -> None:
    """Plant every case the run posts, and the look-alikes."""
    _maintenance(planter)
    _late_commit(planter)
    _late_time(planter)
    _rounded_hours(planter)
    _not_effective(planter)
    _resubmitted(planter)


def expect_posted(planter: Planter, theme: Theme, version: Entry, sub_status: str) -> None:
    """Expect the entry unposted before, and its line in the ERP after posting."""
    planter.unposted(theme, version, sub_status, NOT_YET, stages=(BEFORE,))
    shop = planter.shop
    worth = figures(shop, version)
    entity_id = shop.workers[version.worker_id].legal_entity_id
    erp = ENTITY[entity_id].erp_system
    is_time = isinstance(version, TimeEntryVersion)
    day = version.work_date if is_time else version.transaction_date
    accounting_date = shop.timeline.accounting_date(erp, day, shop.timeline.now)
    expect: dict[str, Any] = {
        "erp_system": erp,
        "entry_id": version.entry_id,
        "legal_entity_id": entity_id,
        "work_date": day,
        "work_period_id": Period.of(day).id,
        "accounting_date": accounting_date,
        "accounting_period_id": Period.of(accounting_date).id,
        "hours": worth.hours,
        "cost_amount_functional": worth.cost,
        "bill_amount_contract": worth.bill,
        "line_class": "matched",
    }
    planter.expect(
        theme, "fct_erp_postings", "external_id", key_of(shop, version), expect, stages=(AFTER,)
    )


def _maintenance(planter: Planter) -> None:
    approved_at = at_utc(planter.shop.timeline.last.start + timedelta(days=MAINTENANCE_DAY), 10)
    people = (
        (planter.us(0), "P-1001"),
        (planter.us(1), "P-1001"),
        (planter.us(2), "P-1005"),
        (planter.india(0), "P-1007"),
        (planter.india(1), "P-1001"),
        (planter.uk(0), "P-1003"),
        (planter.uk(1), "P-1013"),
        (planter.uk(2), "P-1001"),
    )
    for worker, project_id in people:
        day = planter.day(worker, 15)
        life = planter.approved_late(worker, day, approved_at)
        version = planter.entry(worker, project_id, day, "7.25", life=life)
        expect_posted(planter, MAINTENANCE, version, "overdue")


def _late_commit(planter: Planter) -> None:
    theme = THEMES["maintenance-late-commit"]
    worker = planter.us(7)
    day = planter.day(worker, 16)
    approved_at = at_utc(planter.shop.timeline.last.start + timedelta(days=MAINTENANCE_DAY), 10)
    version = planter.entry(
        worker, "P-1001", day, life=planter.approved_late(worker, day, approved_at)
    )
    post(planter.shop, version, approved_at + timedelta(hours=19))
    planter.absent(theme, ANP, "entry_id", version.entry_id)


def _late_time(planter: Planter) -> None:
    theme = THEMES["late-time-of-closed-month"]
    line = planter.shop.timeline
    back = min(2, len(line.periods) - 1)
    approved_at = line.now - timedelta(hours=17)
    for worker, project_id, months_back, number in (
        (planter.us(1), "P-1001", back, 22),
        (planter.uk(3), "P-1003", back, 21),
        (planter.india(4), "P-1007", 1, 20),
    ):
        day = planter.day(worker, number, months_back)
        life = planter.approved_late(worker, day, approved_at)
        version = planter.entry(worker, project_id, day, "6.75", life=life)
        expect_posted(planter, theme, version, "in_window")


def _rounded_hours(planter: Planter) -> None:
    theme = THEMES["harvest-rounded-hours"]
    worker = planter.us(2)
    version = planter.entry(
        worker, "P-1001", planter.day(worker, 9), "7.5", unrounded=Decimal("7.41")
    )
    post_history(planter.shop, version)
    planter.expect(theme, "fct_entries", "entry_id", version.entry_id, {"hours": Decimal("7.5")})
    planter.absent(theme, ANR, "entry_id", version.entry_id)


def _not_effective(planter: Planter) -> None:
    theme = THEMES["not-effective"]
    shop = planter.shop
    for worker, step in ((planter.us(6), 0), (planter.india(3), 1), (planter.us(7), 2)):
        day = planter.day(worker, 11)
        usual = usual_life(shop, worker, day)
        life = Life(usual.created_at, usual.submitted_at if step else None, None)
        version = planter.entry(worker, "P-1001", day, life=life)
        if step == 2 and usual.approved_at is not None:
            version = shop.add(
                "time_entries",
                replace(version, changed_at=usual.approved_at, approval_status="rejected"),
            )
        planter.absent(theme, ANP, "entry_id", version.entry_id)


def _resubmitted(planter: Planter) -> None:
    theme = THEMES["rejected-and-resubmitted"]
    shop, worker = planter.shop, planter.uk(4)
    day = planter.day(worker, 10)
    usual = usual_life(shop, worker, day)
    assert usual.approved_at is not None
    second = Life(
        usual.created_at,
        usual.approved_at + timedelta(days=1),
        usual.approved_at + timedelta(days=2),
    )
    version = planter.rejected_then(worker, "P-1003", day, usual, second)
    post_history(shop, version)
    planter.expect(
        theme,
        "fct_entries",
        "entry_id",
        version.entry_id,
        {
            "approval_status": "approved",
            "approved_at": second.approved_at,
            "is_effective": True,
        },
    )
    planter.absent(theme, ANP, "entry_id", version.entry_id)
    planter.absent(theme, ORPHANS, "external_id", key_of(shop, version))


def expect_in_window(planter: Planter, versions: list[Entry]) -> None:
    """Expect all clean entries that were approved too late for the earlier integration."""
    for version in versions:
        if version.approval_status == "approved":
            expect_posted(planter, IN_WINDOW, version, "in_window")
