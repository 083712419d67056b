"""Master data of the sample firm: entities, workers, clients, projects, tasks, assignments, rates.

Here: frozen records, one row per VERSION (the rule is stated in `model.py`), with the id every
vendor system gave the record. Not here: time and expenses (`facts.py`), the ERP side
(`ledger.py`).
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
    """One task of one project.

    Harvest tasks are global (`harvest_task_id` repeats over projects, linked by
    `harvest_task_assignment_id`); Kantata stories belong to one workspace.
    """

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
