"""Planted expense faults: unposted, blocked, personal, duplicated, recalled.

Here: single-item reports in Concur with their expectations. Clean reports are in `expenses.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from tieout.domain.period import Period
from tieout.sandbox.firm.contracts import assign
from tieout.sandbox.firm.expenses import Item, write_report
from tieout.sandbox.firm.facts import ExpenseEntryVersion
from tieout.sandbox.firm.history import figures, key_of, post, post_history
from tieout.sandbox.firm.manifest import ANP, DUPLICATES, PNB
from tieout.sandbox.firm.master import Worker
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.plants_duplicates import FORMER_TARGET
from tieout.sandbox.firm.plants_ledger import line_figures
from tieout.sandbox.firm.plants_waiting import MAINTENANCE, MAINTENANCE_DAY, expect_posted
from tieout.sandbox.firm.posted import change_time
from tieout.sandbox.firm.themes import THEMES
from tieout.sandbox.firm.timeline import at_utc

_TAXI, _HOTEL, _MEAL, _TRAIN = 2, 1, 3, 4


def plant_expenses(planter: Planter) -> None:
    """Plant every expense case."""
    for plant in (
        _maintenance,
        _foreign_currency,
        _no_project,
        _closed_project,
        _no_rebill_rate,
        _personal,
        _claimed_twice,
        _recalled,
        _posted_twice,
    ):
        plant(planter)


def _day(planter: Planter, number: int) -> date:
    return planter.shop.timeline.last.start + timedelta(days=number - 1)


def _claim(
    planter: Planter,
    worker: Worker,
    project_id: str | None,
    amount: str,
    currency: str,
    *,
    number: int = 12,
    kind: int = _HOTEL,
    approved_at: datetime | None = None,
    is_billable: bool = True,
    is_personal: bool = False,
    outcome: str = "approved",
) -> ExpenseEntryVersion:
    """One report with one item of the last month's day `number`, submitted two days later."""
    if project_id is not None:
        assign(planter.shop, worker.worker_id, project_id)
    item = Item(
        day=_day(planter, number),
        type_number=kind,
        amount=Decimal(amount),
        currency=currency,
        project_id=project_id,
        is_billable=is_billable,
        is_personal=is_personal,
    )
    (version,) = write_report(
        planter.shop,
        worker,
        _day(planter, number + 2),
        [item],
        approved_in=3,
        approved_at=approved_at,
        outcome=outcome,
    )
    return version


def _maintenance(planter: Planter) -> None:
    approved_at = at_utc(_day(planter, MAINTENANCE_DAY + 1), 10)
    for worker, project_id, currency in (
        (planter.us(0), "P-1001", "USD"),
        (planter.uk(0), "P-1003", "GBP"),
    ):
        version = _claim(planter, worker, project_id, "318.40", currency, approved_at=approved_at)
        expect_posted(planter, MAINTENANCE, version, "overdue")


def _foreign_currency(planter: Planter) -> None:
    theme = THEMES["expense-in-foreign-currency"]
    approved_at = planter.shop.timeline.now - timedelta(hours=18)
    for worker, project_id, amount, currency in (
        (planter.uk(1), "P-1001", "241.37", "EUR"),
        (planter.india(0), "P-1001", "96.15", "GBP"),
    ):
        version = _claim(
            planter, worker, project_id, amount, currency, number=18, approved_at=approved_at
        )
        expect_posted(planter, theme, version, "in_window")


def _no_project(planter: Planter) -> None:
    theme = THEMES["expense-without-project"]
    version = _claim(planter, planter.us(1), None, "54.20", "USD", kind=_TAXI)
    planter.unposted(
        theme,
        version,
        "blocked",
        "PROJECT_UNMAPPED",
        without=("project_id", "bill_amount_contract", "contract_currency_code"),
    )


def _closed_project(planter: Planter) -> None:
    theme = THEMES["expense-on-closed-project"]
    version = _claim(
        planter,
        planter.uk(2),
        "P-1009",
        "88.10",
        "GBP",
        kind=_TRAIN,
        number=17,
        approved_at=at_utc(_day(planter, 25), 9),
    )
    planter.unposted(theme, version, "blocked", "PROJECT_CLOSED")


def _no_rebill_rate(planter: Planter) -> None:
    theme = THEMES["expense-fx-missing"]
    version = _claim(planter, planter.us(2), "P-1012", "130.00", "USD")
    planter.unposted(theme, version, "blocked", "FX_MISSING", without=("bill_amount_contract",))


def _personal(planter: Planter) -> None:
    theme = THEMES["personal-expense"]
    version = _claim(
        planter,
        planter.us(3),
        "P-1001",
        "61.75",
        "USD",
        kind=_MEAL,
        is_billable=False,
        is_personal=True,
    )
    planter.absent(theme, ANP, "entry_id", version.entry_id)


def _claimed_twice(planter: Planter) -> None:
    theme = THEMES["expense-claimed-twice"]
    worker = planter.us(4)
    first = _claim(planter, worker, "P-1001", "47.30", "USD", kind=_TAXI)
    post_history(planter.shop, first)
    second = _claim(planter, worker, "P-1001", "47.30", "USD", kind=_TAXI, outcome="rejected")
    for version in (first, second):
        planter.absent(theme, ANP, "entry_id", version.entry_id)


def _recalled(planter: Planter) -> None:
    theme = THEMES["expense-recalled-after-posting"]
    shop = planter.shop
    version = _claim(planter, planter.us(5), "P-1001", "212.90", "USD", number=8)
    line = post_history(shop, version)
    assert line is not None
    moment = change_time(planter)
    report = next(
        row for row in reversed(shop.rows["expense_reports"]) if row.report_id == version.report_id
    )
    shop.add(
        "expense_reports",
        replace(
            report,
            changed_at=moment,
            approval_status_code="A_PEND",
            approval_status_name="Submitted & Pending Approval",
            approved_at=None,
            approver_worker_id=None,
        ),
    )
    shop.add(
        "expense_entries",
        replace(version, changed_at=moment, approval_status="submitted", approved_at=None),
    )
    worth = figures(shop, version)
    for leg, amount, currency in (
        ("cost", worth.cost, worth.functional_currency),
        ("bill", worth.bill, worth.contract_currency),
    ):
        planter.gap(
            theme,
            version.entry_id,
            leg,
            version.project_id,
            Period.of(version.transaction_date).id,
            hours=Decimal(0),
            amount=-amount,
            currency=currency,
            reason_code="UNAPPROVED",
        )
    planter.unbilled(theme, line, "pending_reversal")


def _posted_twice(planter: Planter) -> None:
    theme = THEMES["expense-posted-twice"]
    shop = planter.shop
    version = _claim(planter, planter.us(6), "P-1001", "175.60", "USD", number=9)
    first = post_history(shop, version)
    assert first is not None
    second = post(
        shop, version, first.created_at + timedelta(days=2), key_of(shop, version, FORMER_TARGET)
    )
    planter.held_back.add(second.erp_line_id)
    planter.expect(
        theme,
        DUPLICATES,
        "external_id",
        str(second.external_id),
        line_figures(second, "same_entry_version"),
    )
    planter.absent(theme, PNB, "external_id", str(second.external_id))
