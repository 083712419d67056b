"""The ERP side of the sample firm as data: accounts, periods, FX rates, posted lines, invoices.

Here: frozen records in the versioned form stated in `model.py`. Not here: how NetSuite or Tryton
shows them (`tieout.sandbox.vendors`), and how the history came to be (`history.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """One general-ledger account of one ERP. `netsuite_account_id` is None in Tryton."""

    erp_system: str
    account_code: str
    name: str
    account_type: str  # expense | liability | asset | revenue | receivable | payable | cash
    netsuite_account_id: str | None


@dataclass(frozen=True, slots=True)
class AccountMapping:
    """Which account one entity's postings of one purpose hit in one target ERP.

    Purposes: labour_cost, labour_clearing, wip, accrued_revenue, expense_cost, expense_payable.
    """

    legal_entity_id: str
    target: str
    purpose: str
    account_code: str


@dataclass(frozen=True, slots=True)
class AccountingPeriod:
    """One version of one month of one entity.

    US01 and IN01 share NetSuite's periods (one `netsuite_period_id` per month); UK01's are
    Tryton's own.
    """

    erp_system: str
    legal_entity_id: str
    accounting_period_id: str  # '2026-06'
    changed_at: datetime
    created_at: datetime
    start_date: date
    end_date: date
    status: str  # open | closed
    netsuite_period_id: str | None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class FxRate:
    """One daily spot rate: 1 `from_currency_code` = `fx_rate` `to_currency_code`.

    NetSuite currencyRate: transactionCurrency = from, baseCurrency = to, exchangeRate = fx_rate.
    Tryton (company currency GBP) holds the rows with from = GBP as currency.rate of `to`
    (at most 6 decimals).
    """

    from_currency_code: str
    to_currency_code: str
    rate_date: date
    fx_rate: Decimal
    changed_at: datetime
    netsuite_rate_id: str
    is_deleted: bool = False

    @property
    def is_in_tryton(self) -> bool:
        """True for the rows Tryton holds (from its company currency)."""
        return self.from_currency_code == "GBP"


@dataclass(frozen=True, slots=True)
class ErpLine:
    """One version of one posting in an ERP, as the earlier integration (or a person) left it.

    record_type: time_bill or journal_entry in NetSuite, account_move in Tryton. `erp_line_id` is
    NetSuite's internal id; for Tryton it is only a stable local number (the server gives its own
    id, so nothing outside may rely on it). `external_id` is NetSuite's externalId and the
    description of the Tryton move; None for a manual journal. Amounts: `cost_amount` in the
    entity's functional currency, `bill_amount` in the contract currency, `bill_amount_functional`
    for Tryton's WIP lines. `debit_account_code`/`credit_account_code` carry the cost;
    `wip_account_code`/`accrued_revenue_account_code` the bill value (None when it is 0).
    `hours` is negative on reversals, amounts too.
    `source_record_ref`: the entry named in the memo as 'src=<entry id>' when the external id is
    not ours. `entry_id` tells which entry it is about (None: nobody can know); vendors do not show
    it.
    """

    erp_system: str  # 'netsuite' | 'tryton_uk'
    erp_line_id: str
    record_type: str
    external_id: str | None
    changed_at: datetime  # lastModifiedDate
    created_at: datetime  # createdDate = posted_at
    memo: str
    legal_entity_id: str
    worker_id: str | None
    project_id: str | None
    task_name: str | None
    work_date: date | None
    accounting_date: date
    accounting_period_id: str
    is_posted: bool
    is_billable: bool
    hours: Decimal
    cost_amount: Decimal
    functional_currency_code: str
    bill_rate: Decimal | None
    bill_amount: Decimal
    contract_currency_code: str | None
    bill_amount_functional: Decimal
    debit_account_code: str
    credit_account_code: str
    wip_account_code: str | None
    accrued_revenue_account_code: str | None
    created_by: str
    source_record_ref: str | None = None  # entry reference written in the memo, if any
    entry_id: str | None = None
    is_deleted: bool = False

    @property
    def posted_at(self) -> datetime:
        """When the line was booked."""
        return self.created_at


@dataclass(frozen=True, slots=True)
class Invoice:
    """One version of one NetSuite invoice or credit memo.

    `is_issued` False = draft (pending approval): it bills nothing yet. Amounts are in the contract
    currency, negative on credits.
    """

    invoice_id: str  # NetSuite internal id
    invoice_number: str
    kind: str  # invoice | credit_memo
    changed_at: datetime
    created_at: datetime
    client_id: str
    project_id: str
    legal_entity_id: str
    invoice_date: date
    accounting_period_id: str
    currency_code: str
    is_issued: bool
    total: Decimal
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """One version of one NetSuite charge: the link of one time bill to one invoice line.

    stage: PROCESSED (on an invoice; the invoice may still be a draft) or READY.
    """

    charge_id: str
    changed_at: datetime
    created_at: datetime
    erp_line_id: str  # NetSuite timeBill (or journal) internal id
    invoice_id: str
    invoice_number: str
    invoice_line: int
    project_id: str
    stage: str
    hours: Decimal
    rate: Decimal | None
    amount: Decimal
    currency_code: str
    is_deleted: bool = False
