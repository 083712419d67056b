"""Facts of the sample firm: time entries, submissions, approvals, expense reports and items.

Here: frozen records, one row per VERSION (the rule is stated in `model.py`). Not here: master data
(`master.py`), postings and invoices (`ledger.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TimeEntryVersion:
    """One version of one time entry, as its time system shows it from `changed_at` on.

    `hours` is what counts (Harvest rounded_hours; Kantata time_in_minutes / 60 exactly);
    `hours_unrounded` is Harvest's raw `hours` and may be smaller. Harvest shows approved as
    is_closed and is_locked = true, submitted as is_closed only (see the `is_locked`, `is_closed`
    properties). Kantata shows the submission ids: `active_submission_id` (null for draft and
    rejected) and `recent_submission_id`. `bill_currency_code` is the client's currency unless the
    entry is wrong. Rates are whole cents. `approved_at` is None unless approved (Harvest never
    tells it). `changed_at` = updated_at.
    """

    source_system: str  # 'harvest_us' | 'kantata'
    source_record_id: str  # digits; Harvest shows it as an int
    changed_at: datetime
    created_at: datetime
    worker_id: str
    project_id: str
    task_id: str | None
    work_date: date
    hours: Decimal
    hours_unrounded: Decimal
    is_billable: bool
    bill_rate: Decimal | None
    bill_currency_code: str
    cost_rate: Decimal | None
    cost_currency_code: str
    approval_status: str  # draft | submitted | approved | rejected
    submitted_at: datetime | None
    approved_at: datetime | None
    approver_worker_id: str | None
    active_submission_id: str | None
    recent_submission_id: str | None
    notes: str
    source_invoice_id: str | None = None
    is_deleted: bool = False

    @property
    def entry_id(self) -> str:
        """'<source system>:<record id>', the key of the entry in every mart."""
        return f"{self.source_system}:{self.source_record_id}"

    @property
    def source_version(self) -> int:
        """Epoch microseconds of `changed_at`: the version number the pipelines land."""
        return int(self.changed_at.timestamp()) * 1_000_000

    @property
    def minutes(self) -> int:
        """Whole minutes of `hours` (hours are multiples of a minute)."""
        return int(self.hours * 60)

    @property
    def is_locked(self) -> bool:
        """Harvest is_locked: approved."""
        return self.approval_status == "approved"

    @property
    def is_closed(self) -> bool:
        """Harvest is_closed: submitted for approval or approved."""
        return self.approval_status in ("submitted", "approved")

    @property
    def locked_reason(self) -> str | None:
        """Harvest locked_reason, the vendor's literal text."""
        return "Item Approved and Locked for this Time Period" if self.is_locked else None


@dataclass(frozen=True, slots=True)
class TimesheetSubmission:
    """One version of one Kantata timesheet submission: one worker, one project, one week.

    A resubmission after a rejection is a new submission with a new id.
    """

    submission_id: str
    changed_at: datetime
    created_at: datetime
    worker_id: str
    project_id: str
    start_date: date
    end_date: date
    status: str  # pending | approved | rejected | cancelled
    resolution_worker_id: str | None
    resolution_at: datetime | None
    resolution_text: str
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalEvent:
    """One thing somebody did to one time entry or expense report, true from `changed_at` on."""

    event_id: str
    changed_at: datetime
    source_system: str
    source_grain: str  # entry | submission | report
    source_record_id: str
    event: str  # submitted | approved | rejected | cancelled
    actor_worker_id: str
    comment: str
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ExpenseReportVersion:
    """One version of one Concur expense report. Amounts are in `currency_code` (reimbursement).

    Status codes as Concur's: A_NOTF not filed, A_PEND submitted, A_APPR approved, A_RESU sent
    back. Totals are the sums of the report's items at `changed_at`.
    """

    report_id: str
    changed_at: datetime
    created_at: datetime
    name: str
    worker_id: str
    legal_entity_id: str
    currency_code: str
    country_code: str
    approval_status_code: str
    approval_status_name: str
    submitted_at: datetime | None
    approved_at: datetime | None
    approver_worker_id: str | None
    ever_sent_back: bool
    total: Decimal
    personal_amount: Decimal
    amount_due_employee: Decimal
    amount_due_company_card: Decimal
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ExpenseEntryVersion:
    """One version of one Concur expense entry, shown from `changed_at` (LastModified) on.

    Any change of the report's status re-stamps its entries at the same instant, so the entry's
    own version tells everything. `posted_amount` = transaction_amount converted with
    `exchange_rate` into the report currency; `approved_amount` is what the approver granted.
    """

    entry_id_concur: str
    report_id: str
    changed_at: datetime
    created_at: datetime
    worker_id: str
    project_id: str | None  # Concur custom field Custom1 (connected list), Code = project code
    expense_type_code: str
    expense_type_name: str
    vendor: str
    city: str
    transaction_date: date
    transaction_amount: Decimal
    transaction_currency_code: str
    exchange_rate: Decimal
    posted_amount: Decimal
    approved_amount: Decimal
    reimbursement_currency_code: str
    is_billable: bool
    is_personal: bool
    is_company_paid: bool  # company card: no reimbursement leg
    payment_type_code: str  # CASH | CBCP
    approval_status: str  # draft | submitted | approved | rejected (the report's)
    approved_at: datetime | None
    description: str
    is_deleted: bool = False

    @property
    def source_system(self) -> str:
        """Always 'concur'."""
        return "concur"

    @property
    def source_record_id(self) -> str:
        """Concur's entry ID."""
        return self.entry_id_concur

    @property
    def entry_id(self) -> str:
        """'concur:<entry id>', the key of the item in every mart."""
        return f"concur:{self.entry_id_concur}"

    @property
    def source_version(self) -> int:
        """Epoch microseconds of `changed_at`."""
        return int(self.changed_at.timestamp()) * 1_000_000
