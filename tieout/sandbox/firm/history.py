"""What the earlier integration left in the ERPs: one line per posted entry version.

Here: turning an approved entry version into the line that NetSuite or Tryton holds, reversals and
correction pairs, accounting periods and the posted FX table. Wrong lines are made from these by
`plants_*.py`. Cost = round(hours x cost rate, 2), bill = round(hours x bill rate, 2) if billable,
halves away from zero; an expense's cost is its approved amount, its bill value that amount in the
contract currency at the transaction date's rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from tieout.domain.keys import posting_key, reversal_key
from tieout.domain.period import Period
from tieout.sandbox.firm.facts import ExpenseEntryVersion, TimeEntryVersion
from tieout.sandbox.firm.ledger import AccountingPeriod, ErpLine, FxRate
from tieout.sandbox.firm.money import ZERO, cents, times
from tieout.sandbox.firm.reference import ACCOUNT_OF, ENTITIES, ENTITY, FIRM_ID, NETSUITE, TRYTON
from tieout.sandbox.firm.timeline import at_utc, nightly_run
from tieout.sandbox.firm.workshop import Workshop

INTEGRATION_USER = "integration@meridian.example"
Entry = TimeEntryVersion | ExpenseEntryVersion


@dataclass(frozen=True)
class Figures:
    """What one entry version is worth: hours, cost (functional), bill value (contract)."""

    hours: Decimal
    cost: Decimal
    functional_currency: str
    bill: Decimal
    contract_currency: str | None


def figures(shop: Workshop, version: Entry) -> Figures:
    """The figures of a version as its ERP line must carry them."""
    entity_id = shop.workers[version.worker_id].legal_entity_id
    functional = ENTITY[entity_id].functional_currency_code
    if isinstance(version, TimeEntryVersion):
        bill = times(version.hours, version.bill_rate) if version.is_billable else ZERO
        cost = times(version.hours, version.cost_rate)
        return Figures(version.hours, cost, functional, bill, version.bill_currency_code)
    cost = version.approved_amount
    if version.project_id is None:
        return Figures(Decimal(0), cost, functional, ZERO, None)
    contract = shop.projects[version.project_id].contract_currency_code
    rate = shop.fx.rate(functional, contract, version.transaction_date)
    bill = cents(cost * rate) if version.is_billable and rate is not None else ZERO
    return Figures(Decimal(0), cost, functional, bill, contract)


def key_of(shop: Workshop, version: Entry, target: str | None = None) -> str:
    """The posting key of a version at its ERP (or at another target)."""
    if target is None:
        target = ENTITY[shop.workers[version.worker_id].legal_entity_id].erp_system
    return posting_key(
        FIRM_ID,
        target,
        version.source_system,
        version.source_record_id,
        version.source_version,
        "cost",
    )


def post_history(shop: Workshop, version: Entry) -> ErpLine | None:
    """Post an approved version in the night after its approval, if that run still happened."""
    if version.approval_status != "approved" or version.approved_at is None:
        return None
    posted_at = nightly_run(version.approved_at)
    if posted_at > shop.timeline.last_nightly_run:
        return None
    return post(shop, version, posted_at)


def post(
    shop: Workshop, version: Entry, posted_at: datetime, external_id: str | None = None
) -> ErpLine:
    """Put the line of one version into its ERP and remember it; returns the line."""
    line = build_line(shop, version, posted_at, external_id)
    return keep(shop, line)


def keep(shop: Workshop, line: ErpLine) -> ErpLine:
    """Put a finished line on the bench."""
    if line.entry_id is not None:
        shop.lines_of[line.entry_id].append(line)
    return shop.add("erp_lines", line)


def build_line(
    shop: Workshop, version: Entry, posted_at: datetime, external_id: str | None = None
) -> ErpLine:
    """The line of one version, not yet on the bench."""
    is_time = isinstance(version, TimeEntryVersion)
    worker = shop.workers[version.worker_id]
    entity_id = worker.legal_entity_id
    erp = ENTITY[entity_id].erp_system
    worth = figures(shop, version)
    day = version.work_date if is_time else version.transaction_date
    accounting_date = shop.timeline.accounting_date(erp, day, posted_at)
    fx = None
    if worth.contract_currency is not None:
        fx = shop.fx.rate(worth.contract_currency, worth.functional_currency, day)
    kind = "account_move" if erp == TRYTON else ("time_bill" if is_time else "journal_entry")
    debit, credit = (
        ("labour_cost", "labour_clearing") if is_time else ("expense_cost", "expense_payable")
    )
    has_bill = worth.bill != 0
    second = len(shop.rows["erp_lines"]) % 3000 // 50
    return ErpLine(
        erp_system=erp,
        erp_line_id=next_line_id(shop, erp),
        record_type=kind,
        external_id=external_id or key_of(shop, version),
        changed_at=posted_at + timedelta(seconds=second),
        created_at=posted_at + timedelta(seconds=second),
        memo=version.notes if is_time else version.description,
        legal_entity_id=entity_id,
        worker_id=worker.worker_id,
        project_id=version.project_id,
        task_name=shop.task_names.get(version.task_id) if is_time else None,
        work_date=day,
        accounting_date=accounting_date,
        accounting_period_id=Period.of(accounting_date).id,
        is_posted=True,
        is_billable=has_bill,
        hours=worth.hours,
        cost_amount=worth.cost,
        functional_currency_code=worth.functional_currency,
        bill_rate=version.bill_rate if is_time else None,
        bill_amount=worth.bill,
        contract_currency_code=worth.contract_currency,
        bill_amount_functional=cents(worth.bill * fx) if fx is not None else ZERO,
        debit_account_code=ACCOUNT_OF[entity_id, debit],
        credit_account_code=ACCOUNT_OF[entity_id, credit],
        wip_account_code=ACCOUNT_OF[entity_id, "wip"] if has_bill else None,
        accrued_revenue_account_code=ACCOUNT_OF[entity_id, "accrued_revenue"] if has_bill else None,
        created_by=INTEGRATION_USER,
        entry_id=version.entry_id,
    )


def next_line_id(shop: Workshop, erp: str) -> str:
    """The next internal id of an ERP's postings."""
    return shop.text("tryton_line" if erp == TRYTON else "netsuite_line")


def reverse(shop: Workshop, line: ErpLine, posted_at: datetime) -> ErpLine:
    """The full reversal of a line: all stored figures negated, in a month open at `posted_at`."""
    assert line.external_id is not None
    accounting_date = shop.timeline.accounting_date(
        line.erp_system, line.accounting_date, posted_at
    )
    return keep(
        shop,
        replace(
            line,
            erp_line_id=next_line_id(shop, line.erp_system),
            external_id=reversal_key(line.external_id),
            changed_at=posted_at,
            created_at=posted_at,
            accounting_date=accounting_date,
            accounting_period_id=Period.of(accounting_date).id,
            hours=-line.hours,
            cost_amount=-line.cost_amount,
            bill_amount=-line.bill_amount,
            bill_amount_functional=-line.bill_amount_functional,
        ),
    )


def add_periods(shop: Workshop) -> None:
    """The months of every entity, plus the next one; closed when their ERP closed them."""
    periods = (*shop.timeline.periods, shop.timeline.last.next())
    netsuite_ids = {period: shop.text("netsuite_period") for period in periods}
    for entity in ENTITIES:
        for period in periods:
            row = AccountingPeriod(
                erp_system=entity.erp_system,
                legal_entity_id=entity.legal_entity_id,
                accounting_period_id=period.id,
                changed_at=shop.timeline.founded,
                created_at=shop.timeline.founded,
                start_date=period.start,
                end_date=period.end,
                status="open",
                netsuite_period_id=netsuite_ids[period] if entity.erp_system == NETSUITE else None,
            )
            shop.add("periods", row)
            closed = shop.timeline.closed_at(entity.erp_system, period)
            if closed is not None:
                shop.add("periods", replace(row, status="closed", changed_at=closed))


def add_fx_rates(shop: Workshop) -> None:
    """The FX table as rows, each known from early on its own day (or from the foundation)."""
    for (one, other, day), rate in shop.fx.rates.items():
        shop.add(
            "fx_rates",
            FxRate(
                from_currency_code=one,
                to_currency_code=other,
                rate_date=day,
                fx_rate=rate,
                changed_at=at_utc(day, 0, 5),
                netsuite_rate_id=shop.text("netsuite_rate"),
            ),
        )
