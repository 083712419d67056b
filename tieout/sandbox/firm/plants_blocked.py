"""Planted faults that nobody can post: approved time with something missing or closed.

Here: one function per cause, in the order in which the posting preconditions are checked. All of
these stay in approved-not-posted, blocked, with their reason, before and after posting; only the
26-hour entry looks postable until the gate refuses it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tieout.sandbox.firm.contracts import assign
from tieout.sandbox.firm.entries import Life
from tieout.sandbox.firm.manifest import AFTER, BEFORE, MASTER_DATA
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.themes import THEMES
from tieout.sandbox.firm.timeline import at_utc, is_workday
from tieout.sandbox.firm.workshop import Workshop

_UNKNOWN_WORKER = (
    "legal_entity_id",
    "worker_id",
    "cost_amount_functional",
    "functional_currency_code",
    "bill_amount_contract",
    "contract_currency_code",
)


def plant_blocked(planter: Planter) -> None:
    """Plant every blocked case."""
    for plant in (
        _worker_unmapped,
        _future_dated,
        _worker_left,
        _project_closed,
        _assignment_missing,
        _project_inactive,
        _project_missing,
        _worker_not_in_erp,
        _currency_mismatch,
        _rate_missing,
        _fx_missing,
        _too_many_hours,
    ):
        plant(planter)


def change_project(shop: Workshop, project_id: str, **fields: Any) -> None:
    """A later version of a project (`changed_at` among the fields)."""
    project = replace(shop.projects[project_id], **fields)
    shop.projects[project_id] = shop.add("projects", project)


def _rewrite_project(shop: Workshop, project_id: str, **fields: Any) -> None:
    """Bend a project's record from its beginning on."""
    project = replace(shop.projects[project_id], **fields)
    shop.projects[project_id] = project
    rows = shop.rows["projects"]
    rows[:] = [project if row.project_id == project_id else row for row in rows]


def _worker_unmapped(planter: Planter) -> None:
    theme = THEMES["worker-unmapped"]
    worker = planter.shop.workers[planter.cast.private_login]
    for number in (17, 18):
        version = planter.entry(worker, "P-1007", planter.day(worker, number))
        planter.unposted(theme, version, "blocked", "WORKER_UNMAPPED", without=_UNKNOWN_WORKER)
    planter.expect(
        theme,
        "dim_worker_identities",
        "source_worker_id",
        str(worker.harvest_user_id),
        {"source_system": "harvest_us", "worker_id": None},
    )
    planter.expect(
        theme,
        MASTER_DATA,
        "source_id",
        str(worker.harvest_user_id),
        {
            "entity_kind": "worker",
            "source_system": "harvest_us",
            "reason_code": "WORKER_UNMAPPED",
        },
    )


def _future_dated(planter: Planter) -> None:
    theme = THEMES["future-dated"]
    now = planter.shop.timeline.now
    day = now.date() + timedelta(days=10)
    for _ in range(2):  # past the weekend
        day += timedelta(days=0 if is_workday(day) else 1)
    life = Life(now - timedelta(hours=20), now - timedelta(hours=19), now - timedelta(hours=16))
    version = planter.entry(planter.us(6), "P-1001", day, "7.5", life=life)
    planter.unposted(theme, version, "blocked", "FUTURE_DATED")


def _worker_left(planter: Planter) -> None:
    theme = THEMES["worker-terminated"]
    worker = planter.shop.workers[planter.cast.left]
    version = planter.entry(worker, "P-1003", planter.day(worker, 15), "7.5")
    planter.unposted(theme, version, "blocked", "WORKER_TERMINATED")


def _project_closed(planter: Planter) -> None:
    theme = THEMES["project-closed-in-psa"]
    shop = planter.shop
    first = shop.timeline.last.start
    change_project(
        shop,
        "P-1009",
        changed_at=at_utc(first + timedelta(days=18), 15),
        is_active=False,
        kantata_status="Closed",
        end_date=first + timedelta(days=18),
    )
    approved_at = at_utc(first + timedelta(days=25), 10)
    for worker, number in ((planter.uk(1), 17), (planter.uk(2), 22)):
        day = planter.day(worker, number)
        life = planter.approved_late(worker, day, approved_at)
        version = planter.entry(worker, "P-1009", day, "4", life=life)
        planter.unposted(theme, version, "blocked", "PROJECT_CLOSED")


def _assignment_missing(planter: Planter) -> None:
    theme = THEMES["assignment-missing"]
    assign(planter.shop, planter.us(0).worker_id, "P-1005")
    assign(planter.shop, planter.uk(0).worker_id, "P-1003")
    for worker, project_id, rate in (
        (planter.uk(4), "P-1005", "185.00"),
        (planter.india(2), "P-1003", "60.00"),
    ):
        day = planter.day(worker, 18)
        version = planter.entry(worker, project_id, day, is_assigned=False, bill_rate=Decimal(rate))
        planter.unposted(theme, version, "blocked", "ASSIGNMENT_MISSING")


def _project_inactive(planter: Planter) -> None:
    theme = THEMES["project-inactive-in-erp"]
    shop = planter.shop
    when = at_utc(shop.timeline.last.start + timedelta(days=9), 9)
    change_project(shop, "P-1010", changed_at=when, is_active_netsuite=False)
    for number in (23, 24):
        version = planter.entry(planter.us(3), "P-1010", planter.day(planter.us(3), number))
        planter.unposted(theme, version, "blocked", "PROJECT_INACTIVE")
    planter.expect(
        theme,
        MASTER_DATA,
        "source_id",
        str(shop.projects["P-1010"].netsuite_job_id),
        {
            "entity_kind": "project",
            "source_system": "netsuite",
            "canonical_id": "P-1010",
            "reason_code": "PROJECT_INACTIVE",
        },
    )


def _project_missing(planter: Planter) -> None:
    theme = THEMES["project-missing-in-erp"]
    since = planter.shop.timeline.last.start - timedelta(days=5)
    _rewrite_project(
        planter.shop, "P-1011", netsuite_job_id=None, is_in_tryton=False, start_date=since
    )
    for worker, number in ((planter.uk(3), 15), (planter.india(1), 16)):
        version = planter.entry(worker, "P-1011", planter.day(worker, number), "7.25")
        planter.unposted(theme, version, "blocked", "PROJECT_INACTIVE")


def _worker_not_in_erp(planter: Planter) -> None:
    theme = THEMES["worker-not-in-erp"]
    worker = planter.shop.workers[planter.cast.not_in_erp]
    for number in (16, 17, 18):
        version = planter.entry(worker, "P-1001", planter.day(worker, number))
        planter.unposted(theme, version, "blocked", "WORKER_NOT_IN_ERP")


def _currency_mismatch(planter: Planter) -> None:
    theme = THEMES["currency-mismatch"]
    version = planter.entry(
        planter.uk(5), "P-1003", planter.day(planter.uk(5), 16), bill_currency="USD"
    )
    planter.unposted(
        theme,
        version,
        "blocked",
        "CURRENCY_MISMATCH",
        without=("bill_amount_contract", "contract_currency_code"),
    )


def _rate_missing(planter: Planter) -> None:
    theme = THEMES["rate-missing"]
    no_bill = planter.entry(planter.us(4), "P-1001", planter.day(planter.us(4), 16), bill_rate=None)
    planter.unposted(theme, no_bill, "blocked", "RATE_MISSING", without=("bill_amount_contract",))
    no_cost = planter.entry(
        planter.india(3), "P-1007", planter.day(planter.india(3), 18), cost_rate=None
    )
    planter.unposted(theme, no_cost, "blocked", "RATE_MISSING", without=("cost_amount_functional",))


def _fx_missing(planter: Planter) -> None:
    theme = THEMES["fx-missing"]
    for worker, number in ((planter.us(5), 15), (planter.uk(5), 18)):
        version = planter.entry(worker, "P-1012", planter.day(worker, number), "6")
        planter.unposted(theme, version, "blocked", "FX_MISSING")


def _too_many_hours(planter: Planter) -> None:
    theme = THEMES["over-24-hours"]
    version = planter.entry(planter.uk(6), "P-1013", planter.day(planter.uk(6), 17), "26")
    planter.unposted(theme, version, "overdue", "NOT_YET_POSTED", stages=(BEFORE,))
    planter.unposted(theme, version, "blocked", "HOURS_OUT_OF_RANGE", stages=(AFTER,))
