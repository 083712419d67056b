"""The sample firm as one object, and what its systems show at an instant.

Here: `SandboxFirm` (all versions of all records), `FirmState` (the newest version of each record
at one clock) and the choice between versions. Records: `master.py`, `facts.py`, `ledger.py`.
How the figures come to be: `generate.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from tieout.sandbox.firm.facts import (
    ApprovalEvent,
    ExpenseEntryVersion,
    ExpenseReportVersion,
    TimeEntryVersion,
    TimesheetSubmission,
)
from tieout.sandbox.firm.ledger import (
    Account,
    AccountingPeriod,
    AccountMapping,
    Charge,
    ErpLine,
    FxRate,
    Invoice,
)
from tieout.sandbox.firm.master import (
    Assignment,
    Client,
    CostRate,
    Currency,
    LegalEntity,
    Milestone,
    Project,
    RateCard,
    Task,
    Worker,
)

Version = TypeVar("Version")

# Kind of record -> what identifies one record among its versions.
RECORD_KEYS: dict[str, Callable[[Any], object]] = {
    "workers": lambda row: row.worker_id,
    "clients": lambda row: row.client_id,
    "projects": lambda row: row.project_id,
    "tasks": lambda row: row.task_id,
    "assignments": lambda row: row.assignment_id,
    "rate_cards": lambda row: row.rate_card_id,
    "cost_rates": lambda row: row.cost_rate_id,
    "milestones": lambda row: row.milestone_id,
    "time_entries": lambda row: row.entry_id,
    "submissions": lambda row: row.submission_id,
    "approval_events": lambda row: row.event_id,
    "expense_reports": lambda row: row.report_id,
    "expense_entries": lambda row: row.entry_id,
    "periods": lambda row: (row.erp_system, row.legal_entity_id, row.accounting_period_id),
    "fx_rates": lambda row: row.netsuite_rate_id,
    "erp_lines": lambda row: (row.erp_system, row.erp_line_id),
    "invoices": lambda row: row.invoice_id,
    "charges": lambda row: row.charge_id,
}


def newest(
    versions: Iterable[Version], key: Callable[[Any], object], clock: datetime
) -> tuple[Version, ...]:
    """The newest version of each record known at `clock`, deleted ones left out.

    Args:
        versions: versions of many records, in any order; of two versions with the same instant
            the later one in the sequence wins.
        key: what identifies a record.
        clock: the instant, timezone-aware UTC.

    Returns:
        One version per record, in order of the record's first appearance.
    """
    chosen: dict[object, Any] = {}
    for row in versions:
        if row.changed_at > clock:  # type: ignore[attr-defined]
            continue
        record = key(row)
        held = chosen.get(record)
        if held is None or row.changed_at >= held.changed_at:  # type: ignore[attr-defined]
            chosen[record] = row
    return tuple(row for row in chosen.values() if not row.is_deleted)


@dataclass(frozen=True)
class FirmState:
    """What the firm's systems hold at one clock: one (newest, not deleted) version per record."""

    clock: datetime
    currencies: tuple[Currency, ...]
    entities: tuple[LegalEntity, ...]
    accounts: tuple[Account, ...]
    account_mappings: tuple[AccountMapping, ...]
    workers: tuple[Worker, ...]
    clients: tuple[Client, ...]
    projects: tuple[Project, ...]
    tasks: tuple[Task, ...]
    assignments: tuple[Assignment, ...]
    rate_cards: tuple[RateCard, ...]
    cost_rates: tuple[CostRate, ...]
    milestones: tuple[Milestone, ...]
    time_entries: tuple[TimeEntryVersion, ...]
    submissions: tuple[TimesheetSubmission, ...]
    approval_events: tuple[ApprovalEvent, ...]
    expense_reports: tuple[ExpenseReportVersion, ...]
    expense_entries: tuple[ExpenseEntryVersion, ...]
    periods: tuple[AccountingPeriod, ...]
    fx_rates: tuple[FxRate, ...]
    erp_lines: tuple[ErpLine, ...]
    invoices: tuple[Invoice, ...]
    charges: tuple[Charge, ...]

    @cached_property
    def worker(self) -> dict[str, Worker]:
        """Workers by worker_id."""
        return {row.worker_id: row for row in self.workers}

    @cached_property
    def client(self) -> dict[str, Client]:
        """Clients by client_id."""
        return {row.client_id: row for row in self.clients}

    @cached_property
    def project(self) -> dict[str, Project]:
        """Projects by project_id (code)."""
        return {row.project_id: row for row in self.projects}

    @cached_property
    def task(self) -> dict[str, Task]:
        """Tasks by task_id."""
        return {row.task_id: row for row in self.tasks}

    @cached_property
    def assignment(self) -> dict[str, Assignment]:
        """Assignments by assignment_id ('<worker>/<project>')."""
        return {row.assignment_id: row for row in self.assignments}

    @cached_property
    def entity(self) -> dict[str, LegalEntity]:
        """Legal entities by id."""
        return {row.legal_entity_id: row for row in self.entities}

    @cached_property
    def invoice(self) -> dict[str, Invoice]:
        """Invoices and credit memos by internal id."""
        return {row.invoice_id: row for row in self.invoices}

    @cached_property
    def expense_report(self) -> dict[str, ExpenseReportVersion]:
        """Expense reports by report_id."""
        return {row.report_id: row for row in self.expense_reports}


@dataclass(frozen=True)
class SandboxFirm:
    """Every version of every record of the sample firm; the input of all sandbox systems.

    `now` is the default clock of the demo, `period_id` the month closed at it, `later` a second
    look a week on. `faults` is the manifest (see `manifest.py`). The same seed, size, months
    and last month give an equal firm.
    """

    firm_id: str
    name: str
    reporting_currency_code: str
    seed: int
    size: str | int
    months: int
    last_month: str
    period_id: str
    now: datetime
    later: datetime
    currencies: tuple[Currency, ...]
    entities: tuple[LegalEntity, ...]
    accounts: tuple[Account, ...]
    account_mappings: tuple[AccountMapping, ...]
    workers: tuple[Worker, ...]
    clients: tuple[Client, ...]
    projects: tuple[Project, ...]
    tasks: tuple[Task, ...]
    assignments: tuple[Assignment, ...]
    rate_cards: tuple[RateCard, ...]
    cost_rates: tuple[CostRate, ...]
    milestones: tuple[Milestone, ...]
    time_entries: tuple[TimeEntryVersion, ...]
    submissions: tuple[TimesheetSubmission, ...]
    approval_events: tuple[ApprovalEvent, ...]
    expense_reports: tuple[ExpenseReportVersion, ...]
    expense_entries: tuple[ExpenseEntryVersion, ...]
    periods: tuple[AccountingPeriod, ...]
    fx_rates: tuple[FxRate, ...]
    erp_lines: tuple[ErpLine, ...]
    invoices: tuple[Invoice, ...]
    charges: tuple[Charge, ...]
    faults: tuple[Any, ...] = ()
    _states: dict[int, FirmState] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def instants(self) -> Sequence[datetime]:
        """All instants at which anything changes, ascending."""
        seen = {row.changed_at for kind in RECORD_KEYS for row in getattr(self, kind)}
        return sorted(seen)

    def at(self, clock: datetime) -> FirmState:
        """What each system shows at `clock` (timezone-aware; naive is refused).

        Cheap to call per request: states are kept per stretch of time in which nothing changes.

        Raises:
            ValueError: if `clock` has no time zone.
        """
        if clock.tzinfo is None:
            raise ValueError("the clock must carry a time zone (use UTC)")
        stretch = bisect_right(self.instants, clock)
        state = self._states.get(stretch)
        if state is None:
            if len(self._states) >= STATES_KEPT:
                self._states.clear()
            state = self._state(clock)
            self._states[stretch] = state
        return state

    def _state(self, clock: datetime) -> FirmState:
        """Build the state at `clock` from all versions."""
        return FirmState(
            clock=clock,
            currencies=self.currencies,
            entities=self.entities,
            accounts=self.accounts,
            account_mappings=self.account_mappings,
            **{kind: newest(getattr(self, kind), key, clock) for kind, key in RECORD_KEYS.items()},
        )


# How many states are remembered; a demo moves its clock forward over a handful of days.
STATES_KEPT = 8
