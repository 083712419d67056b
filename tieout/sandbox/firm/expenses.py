"""Clean expenses: reports with a few items, in several currencies, paid in cash or by card.

Here: one or two reports per worker, submitted and approved like time, and the writing of one
report that planted faults use too. Personal items, duplicates and missing projects are planted by
`plants_expenses.py`. Any status change re-stamps the report and all its items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from tieout.sandbox.firm.approvals import record_event
from tieout.sandbox.firm.facts import ExpenseEntryVersion, ExpenseReportVersion
from tieout.sandbox.firm.master import Worker
from tieout.sandbox.firm.money import ZERO, cents
from tieout.sandbox.firm.people import Cast
from tieout.sandbox.firm.reference import CONCUR, ENTITY, EXPENSE_TYPES
from tieout.sandbox.firm.timeline import is_workday, local
from tieout.sandbox.firm.timesheets import HISTORY_ONLY, PLANTED_ONLY
from tieout.sandbox.firm.workshop import Workshop

_HOME = {"US01": "USD", "UK01": "GBP", "IN01": "INR"}
_ABROAD = ("EUR", "USD", "GBP")
_PRICE_IN = {"USD": Decimal(1), "GBP": Decimal("0.8"), "EUR": Decimal("0.9"), "INR": Decimal(80)}
_STATUS = {
    "draft": ("A_NOTF", "Not Submitted"),
    "submitted": ("A_PEND", "Submitted & Pending Approval"),
    "approved": ("A_APPR", "Approved"),
    "rejected": ("A_RESU", "Sent Back to Employee"),
}
_REPORT_DAYS = (10, 21)
_CHARGEABLE = ("time_and_materials", "capped")


@dataclass(frozen=True)
class Item:
    """One expense to put on a report."""

    day: date
    type_number: int
    amount: Decimal
    currency: str
    project_id: str | None
    is_billable: bool
    is_personal: bool = False
    is_company_paid: bool = False
    cut: Decimal = ZERO  # what the approver took off, in report currency


def add_expenses(shop: Workshop, cast: Cast) -> Iterator[ExpenseEntryVersion]:
    """Write the clean reports of everybody; yields the last version of each item."""
    for worker in shop.workers.values():
        if worker.worker_id in (cast.private_login, cast.not_in_erp, cast.left, cast.cap_worker):
            continue
        chance = shop.chance("expenses", worker.worker_id)
        for period in shop.timeline.periods:
            for day_number in _REPORT_DAYS:
                if chance.random() > REPORT_CHANCE:
                    continue
                until = period.start + timedelta(days=day_number)
                items = _draw_items(shop, worker, until, chance.randint(1, 3))
                yield from write_report(shop, worker, until, items, approved_in=3)


REPORT_CHANCE = 0.27


def _draw_items(shop: Workshop, worker: Worker, until: date, count: int) -> list[Item]:
    chance = shop.chance("items", worker.worker_id, until)
    past = until < shop.timeline.last.start
    projects = [
        shop.projects[code]
        for code in shop.projects_of[worker.worker_id]
        if code not in PLANTED_ONLY and (past or code not in HISTORY_ONLY)
    ]
    items = []
    for _ in range(count):
        number = chance.randrange(len(EXPENSE_TYPES))
        low, high = EXPENSE_TYPES[number][4:]
        home = _HOME[worker.legal_entity_id]
        currency = chance.choice(_ABROAD) if chance.random() < 0.3 else home
        dollars = Decimal(chance.randint(low * 100, high * 100)) / 100
        project = chance.choice(projects)
        items.append(
            Item(
                day=until - timedelta(days=chance.randint(1, 6)),
                type_number=number,
                amount=cents(dollars * _PRICE_IN[currency]),
                currency=currency,
                project_id=project.project_id,
                is_billable=project.billing_model in _CHARGEABLE,
                is_company_paid=chance.random() < 0.35,
                cut=Decimal("5.00") if chance.random() < 0.05 else ZERO,
            )
        )
    return items


def write_report(
    shop: Workshop,
    worker: Worker,
    submitted_on: date,
    items: Sequence[Item],
    approved_in: int | None,
    outcome: str = "approved",
    approved_at: datetime | None = None,
) -> list[ExpenseEntryVersion]:
    """Write one report and its items: draft, submitted, then `outcome` after some days.

    Args:
        approved_in: days from submission to the decision; None leaves it submitted.
        outcome: approved, or rejected (sent back).
        approved_at: the exact moment of the decision, instead of `approved_in`.

    Returns:
        The last version of each item.
    """
    while_at_work = submitted_on
    for _ in range(2):  # a weekend is at most two days long
        while_at_work -= timedelta(days=0 if is_workday(while_at_work) else 1)
    submitted_at = local(while_at_work, worker.legal_entity_id, 16, int(worker.worker_id[2:]) % 55)
    if approved_at is None and approved_in is not None:
        approved_at = submitted_at + timedelta(days=approved_in, hours=1)
    created_at = submitted_at - timedelta(hours=2)
    report = _report(shop, worker, created_at, while_at_work)
    entries = [_entry(shop, worker, report, item, created_at) for item in items]
    steps = [("draft", created_at), ("submitted", submitted_at)]
    if approved_at is not None:
        steps.append((outcome, approved_at))
    for status, moment in steps:
        report = _report_step(shop, report, entries, status, moment, worker)
        entries = [
            shop.add(
                "expense_entries",
                replace(
                    entry,
                    changed_at=moment,
                    approval_status=status,
                    approved_at=moment if status == "approved" else None,
                ),
            )
            for entry in entries
        ]
    return entries


def _report(
    shop: Workshop, worker: Worker, created_at: datetime, day: date
) -> ExpenseReportVersion:
    entity = ENTITY[worker.legal_entity_id]
    token = shop.chance("report", shop.number("concur_report"))
    return ExpenseReportVersion(
        report_id=f"{token.getrandbits(80):020X}",
        changed_at=created_at,
        created_at=created_at,
        name=f"Expenses {day:%d %b %Y}",
        worker_id=worker.worker_id,
        legal_entity_id=worker.legal_entity_id,
        currency_code=entity.functional_currency_code,
        country_code=entity.country_code,
        approval_status_code="A_NOTF",
        approval_status_name="Not Submitted",
        submitted_at=None,
        approved_at=None,
        approver_worker_id=None,
        ever_sent_back=False,
        total=ZERO,
        personal_amount=ZERO,
        amount_due_employee=ZERO,
        amount_due_company_card=ZERO,
    )


def _entry(
    shop: Workshop, worker: Worker, report: ExpenseReportVersion, item: Item, created_at: datetime
) -> ExpenseEntryVersion:
    code, name, vendor, city, _, _ = EXPENSE_TYPES[item.type_number]
    rate = shop.fx.rate(item.currency, report.currency_code, item.day)
    assert rate is not None, "expenses are only drawn in currencies that have rates"
    posted = cents(item.amount * rate)
    token = shop.chance("expense", shop.number("concur_entry"))
    return ExpenseEntryVersion(
        entry_id_concur=f"gW{token.getrandbits(96):024X}",
        report_id=report.report_id,
        changed_at=created_at,
        created_at=created_at,
        worker_id=worker.worker_id,
        project_id=item.project_id,
        expense_type_code=code,
        expense_type_name=name,
        vendor=vendor,
        city=city,
        transaction_date=item.day,
        transaction_amount=item.amount,
        transaction_currency_code=item.currency,
        exchange_rate=rate,
        posted_amount=posted,
        approved_amount=posted - item.cut,
        reimbursement_currency_code=report.currency_code,
        is_billable=item.is_billable,
        is_personal=item.is_personal,
        is_company_paid=item.is_company_paid,
        payment_type_code="CBCP" if item.is_company_paid else "CASH",
        approval_status="draft",
        approved_at=None,
        description=f"{name} {city}",
    )


def _report_step(
    shop: Workshop,
    report: ExpenseReportVersion,
    entries: Sequence[ExpenseEntryVersion],
    status: str,
    moment: datetime,
    worker: Worker,
) -> ExpenseReportVersion:
    """The report's next version, with its totals and its approval event."""
    code, name = _STATUS[status]
    manager = worker.manager_worker_id or shop.people(worker.legal_entity_id)[1].worker_id
    decided = status in ("approved", "rejected")
    personal = sum((row.posted_amount for row in entries if row.is_personal), ZERO)
    own = [row for row in entries if not row.is_personal]
    report = replace(
        report,
        changed_at=moment,
        approval_status_code=code,
        approval_status_name=name,
        submitted_at=moment if status == "submitted" else report.submitted_at,
        approved_at=moment if status == "approved" else None,
        approver_worker_id=manager if decided else None,
        ever_sent_back=report.ever_sent_back or status == "rejected",
        total=sum((row.posted_amount for row in entries), ZERO),
        personal_amount=personal,
        amount_due_employee=sum(
            (row.approved_amount for row in own if not row.is_company_paid), ZERO
        ),
        amount_due_company_card=sum(
            (row.approved_amount for row in own if row.is_company_paid), ZERO
        ),
    )
    if status != "draft":
        actor = manager if decided else worker.worker_id
        record_event(shop, CONCUR, "report", report.report_id, status, moment, actor)
    return shop.add("expense_reports", report)
