"""The sample firm as data: frozen records that every sandbox vendor system shows its own way.

Here: the master data (workers, clients, projects, tasks, assignments, rates, accounts, periods,
FX rates) and the facts (time entries, expense reports and items, approvals). The ERP side (posted
lines, invoices, charges) lives in `ledger.py`, the container `SandboxFirm` in `firm.py`; this
module re-exports nothing and knows no vendor protocol: JSON shapes live in
`tieout.sandbox.vendors`.

One rule for all records: a record is a tuple of VERSIONS. Each version carries `changed_at` (UTC,
whole seconds: the instant it became true and what the vendor shows as updated_at) and `is_deleted`
(the record is hard-deleted at `changed_at`; vendors without tombstones just stop showing it).
`SandboxFirm.at(clock)` picks, per record, the newest version with changed_at <= clock and leaves
deleted ones out. Hours, rates and amounts are `Decimal`, dates are the worker's local days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency; `netsuite_currency_id` is NetSuite's internal id ("1" = USD)."""

    code: str
    name: str
    symbol: str
    netsuite_currency_id: str


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """One employing legal entity of the firm.

    `time_system` is the system its workers enter time in, `erp_system` the ERP its books are in.
    `netsuite_subsidiary_id` is None for an entity that is not in NetSuite.
    """

    legal_entity_id: str
    name: str
    country_code: str
    functional_currency_code: str
    time_zone: str
    time_system: str
    erp_system: str
    netsuite_subsidiary_id: str | None
    bamboohr_division: str


@dataclass(frozen=True, slots=True)
class Worker:
    """One version of one person (employee or contractor), with the id each system gave them.

    An id of None means: that system does not have this person. BambooHR shows `legal_entity_id`
    as the division. `harvest_email` may differ from `email` (people sign up with other addresses).
    `cost_rate` is the rate in force at `changed_at`, in the entity's functional currency.
    """

    worker_id: str  # 'W-0007': HR employee number, the canonical id
    changed_at: datetime
    created_at: datetime
    first_name: str
    last_name: str
    email: str
    worker_type: str  # employee | contractor
    legal_entity_id: str
    job_title: str
    department: str
    hired_date: date
    terminated_date: date | None
    cost_rate: Decimal
    default_bill_rate: Decimal
    manager_worker_id: str | None
    bamboohr_id: str
    harvest_user_id: int | None
    harvest_email: str | None
    kantata_user_id: str | None
    concur_login: str | None
    netsuite_employee_id: str | None
    is_in_tryton: bool  # Tryton party/employee, name = '<full_name>', code = worker_id
    is_deleted: bool = False

    @property
    def full_name(self) -> str:
        """First and last name, as every system shows it."""
        return f"{self.first_name} {self.last_name}"

    def is_active_on(self, day: date) -> bool:
        """True when the worker is employed on that day (both ends inclusive)."""
        ended = self.terminated_date is not None and day > self.terminated_date
        return self.hired_date <= day and not ended


@dataclass(frozen=True, slots=True)
class Client:
    """One version of one client. `currency_code` is also the contract currency of its projects.

    `client_id` is the canonical code ('C-01'), shown by NetSuite as entityId. A duplicate client
    master has its own `client_id` ('C-03-DUP'), `duplicate_of='C-03'`, and only NetSuite has it.
    """

    client_id: str
    changed_at: datetime
    created_at: datetime
    name: str
    currency_code: str
    legal_entity_id: str  # the billing entity
    is_active: bool
    harvest_client_id: int | None
    kantata_group_id: str | None
    netsuite_customer_id: str | None
    duplicate_of: str | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """One version of one project (an engagement with one contract).

    `project_id` is the code 'P-1003' in every system: Kantata workspace custom field, Harvest
    project code, NetSuite job entityId, Tryton project name. `is_active` is the PSA's view;
    `is_active_netsuite` / `is_active_tryton` are the ERPs' (False with an id: inactive there; the
    id None or `is_in_tryton` False: missing there).
    """

    project_id: str
    changed_at: datetime
    created_at: datetime
    name: str
    client_id: str
    legal_entity_id: str  # the contracting entity; Kantata custom field "Legal entity"
    billing_model: str  # time_and_materials | fixed_fee | capped | retainer | internal
    contract_currency_code: str
    cap_amount: Decimal | None  # capped: not-to-exceed; Kantata custom field "Cap amount"
    fee_amount: Decimal | None  # fixed_fee: price; retainer: monthly fee
    is_billable: bool
    is_active: bool
    kantata_status: str  # 'Active' | 'Closed' (workspace status message)
    start_date: date
    end_date: date | None
    manager_worker_id: str
    kantata_workspace_id: str
    harvest_project_id: int | None
    netsuite_job_id: str | None
    is_active_netsuite: bool
    is_in_tryton: bool
    is_active_tryton: bool
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One task of one project. Harvest tasks are global (`harvest_task_id` repeats over projects,
    linked by `harvest_task_assignment_id`); Kantata stories belong to one workspace."""

    task_id: str  # 'P-1003/build'
    project_id: str
    changed_at: datetime
    created_at: datetime
    name: str
    is_billable: bool
    harvest_task_id: int | None
    harvest_task_assignment_id: int | None
    kantata_story_id: str | None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """One version of one worker's assignment to one project (dated, both ends inclusive)."""

    assignment_id: str  # 'W-0007/P-1003'
    changed_at: datetime
    created_at: datetime
    worker_id: str
    project_id: str
    start_date: date
    end_date: date | None
    bill_rate: Decimal | None  # contract currency per hour, in force at changed_at
    is_active: bool
    harvest_user_assignment_id: int | None
    kantata_assignment_id: str | None  # workspace_resource / assignment id
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class RateCard:
    """One dated bill rate of one worker on one project, per hour in the contract currency."""

    rate_card_id: str
    project_id: str
    worker_id: str
    currency_code: str
    bill_rate: Decimal
    start_date: date
    end_date: date | None
    changed_at: datetime
    created_at: datetime
    harvest_rate_id: int | None
    kantata_rate_id: str | None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class CostRate:
    """One dated cost rate of one worker, per hour in the entity's functional currency."""

    cost_rate_id: str
    worker_id: str
    currency_code: str
    cost_rate: Decimal
    start_date: date
    end_date: date | None
    changed_at: datetime
    created_at: datetime
    harvest_rate_id: int | None
    kantata_rate_id: str | None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """One fixed-fee milestone. Status: planned | complete | accepted | invoiced."""

    milestone_id: str
    project_id: str
    name: str
    due_date: date
    amount: Decimal
    currency_code: str
    status: str
    changed_at: datetime
    created_at: datetime
    kantata_story_id: str
    is_deleted: bool = False


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
