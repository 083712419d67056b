"""What clients were invoiced: monthly NetSuite invoices, their charges, and the cap's size.

Here: invoices for hour-billed work of the closed months (US01 and IN01; UK01's invoices are in
Tryton and out of scope), drafts, partial bills and credits written by the planted faults, and the
cap of the capped project, set so that it ends exactly between two lines. A line that was reversed,
its reversal, fixed-fee and retainer work are never charged by the hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tieout.domain.keys import reversal_key
from tieout.domain.period import Period
from tieout.sandbox.firm.ledger import Charge, ErpLine, Invoice
from tieout.sandbox.firm.money import ZERO
from tieout.sandbox.firm.reference import NETSUITE
from tieout.sandbox.firm.timeline import INVOICE_RUN, at_utc
from tieout.sandbox.firm.workshop import Workshop

_HOUR_BILLED = ("time_and_materials", "capped")
CAPPED_PROJECT = "P-1004"
_DAYS_OVER_CAP = 2


def chargeable(shop: Workshop, lines: Iterable[ErpLine]) -> list[ErpLine]:
    """NetSuite lines that an hourly invoice may carry."""
    rows = list(lines)
    reversed_ids = {row.external_id for row in rows if row.bill_amount < 0}
    return [
        row
        for row in rows
        if row.erp_system == NETSUITE
        and row.bill_amount > 0
        and row.entry_id is not None
        and row.external_id is not None
        and reversal_key(row.external_id) not in reversed_ids
        and shop.projects[row.project_id or ""].billing_model in _HOUR_BILLED
    ]


def add_invoices(shop: Workshop, held_back: set[str]) -> None:
    """Invoice every closed month per project and entity on the eighth of the next month.

    Args:
        held_back: ids of lines that planted faults bill their own way (or not at all).
    """
    ready = [
        row for row in chargeable(shop, shop.rows["erp_lines"]) if row.erp_line_id not in held_back
    ]
    for period in shop.timeline.periods[:-1]:
        day, hour = INVOICE_RUN
        moment = at_utc(period.next().start + timedelta(days=day - 1), hour)
        groups: dict[tuple[str, str], list[ErpLine]] = defaultdict(list)
        for row in ready:
            if row.accounting_period_id == period.id and row.created_at <= moment:
                groups[row.project_id or "", row.legal_entity_id].append(row)
        for group in sorted(groups):
            write_invoice(shop, groups[group], moment)


def write_invoice(
    shop: Workshop,
    lines: Sequence[ErpLine],
    moment: datetime,
    *,
    is_issued: bool = True,
    is_credit: bool = False,
    share: Decimal = Decimal(1),
) -> Invoice:
    """One invoice (or credit memo) over lines of one project, one entity and one currency.

    Args:
        share: the part of each line's value and hours that is billed (or credited); chosen so
            that it stays exact in cents.
    """
    first = lines[0]
    project = shop.projects[first.project_id or ""]
    sign = -1 if is_credit else 1
    number = shop.number("netsuite_line")  # NetSuite numbers all its transactions alike
    amounts = [sign * row.bill_amount * share for row in lines]
    invoice = Invoice(
        invoice_id=str(number),
        invoice_number=f"{'CM' if is_credit else 'INV'}-{number}",
        kind="credit_memo" if is_credit else "invoice",
        changed_at=moment,
        created_at=moment,
        client_id=project.client_id,
        project_id=project.project_id,
        legal_entity_id=first.legal_entity_id,
        invoice_date=moment.date(),
        accounting_period_id=Period.of(moment.date()).id,
        currency_code=first.contract_currency_code or "",
        is_issued=is_issued,
        total=sum(amounts, ZERO).quantize(ZERO),
    )
    shop.add("invoices", invoice)
    for place, (row, amount) in enumerate(zip(lines, amounts, strict=True), start=1):
        shop.add(
            "charges",
            Charge(
                charge_id=shop.text("netsuite_charge"),
                changed_at=moment,
                created_at=moment,
                erp_line_id=row.erp_line_id,
                invoice_id=invoice.invoice_id,
                invoice_number=invoice.invoice_number,
                invoice_line=place,
                project_id=invoice.project_id,
                stage="PROCESSED",
                hours=sign * row.hours * share,
                rate=row.bill_rate,
                amount=amount.quantize(ZERO),
                currency_code=invoice.currency_code,
            ),
        )
    return invoice


def set_cap(shop: Workshop) -> list[ErpLine]:
    """Give the capped project a cap that its last two days of posted work exceed.

    Returns:
        The lines over the cap, in order of work date.
    """
    lines = sorted(
        (
            row
            for row in chargeable(shop, shop.rows["erp_lines"])
            if row.project_id == CAPPED_PROJECT
        ),
        key=lambda row: (row.work_date, row.entry_id),
    )
    last_days = sorted({row.work_date for row in lines if row.work_date})[-_DAYS_OVER_CAP:]
    within = [row for row in lines if row.work_date not in last_days]
    cap = sum((row.bill_amount for row in within), ZERO)
    project = replace(shop.projects[CAPPED_PROJECT], cap_amount=cap)
    shop.projects[CAPPED_PROJECT] = project
    # The contract had this cap from the start: the version replaces the one without it.
    rows = shop.rows["projects"]
    rows[:] = [project if row.project_id == CAPPED_PROJECT else row for row in rows]
    return [row for row in lines if row.work_date in last_days]
