"""Setup and master data of the emulated Oracle Fusion pod, taken from the sample firm.

Here: `Master`: business units, ledgers, persons, projects, accounts, periods and rates as they are
at the pod's clock. Not here: what was posted (`oracle_fusion_costs`, `oracle_fusion_journals`).

Assumed: one business unit and one ledger per legal entity (`US01 Business Unit`, `US01 Ledger`),
whose ids count up from fixed numbers in the order of the entities; a person's number is the worker
id, a project's number the project id; a task may have any name; period names are like `Jun-26`,
and a period is closed for General Ledger and for Project Costing at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from tieout.sandbox.firm.firm import FirmState, SandboxFirm

BUSINESS_UNIT_IDS: Final = 300_000_046_987_000
LEDGER_IDS: Final = 300_000_046_975_000
ACCESS_SET_IDS: Final = 300_000_046_976_000
PROJECT_IDS: Final = 300_000_060_000_000
PERSON_IDS: Final = 300_000_070_000_000
TRANSACTION_SOURCE: Final = "Tieout"
TRANSACTION_SOURCE_ID: Final = 300_000_049_907_116
JOURNAL_SOURCE: Final = "Tieout"
DOCUMENTS: Final = {
    ("Time Card", "Straight Time"): 300_000_049_907_117,
    ("Miscellaneous", "Miscellaneous"): 300_000_049_907_118,
}
EXPENDITURE_TYPES: Final = frozenset({"Professional", "Miscellaneous", "Airfare"})
GL, PROJECTS = 101, 10036
"""Application ids of the two modules whose periods matter here."""


@dataclass
class Behaviour:
    """What a test may switch; the pod behaves well by default.

    Attributes:
        ticks_per_job: how many requests to the pod a job waits before it is carried out.
        failing_imports: how many imports end in ERROR before they work again (ORA-01008).
        silent_rejects: refused lines are purged and no report mentions them.
        shifts_closed_dates: a cost of a closed period goes to the next open one.
        labor_cost: raw cost that Oracle gives labour instead of ours (its own rates).
        autopost: imported journals are posted.
        closed: period ids, such as `2026-06`, that are closed whatever the firm says.
    """

    ticks_per_job: int = 0
    failing_imports: int = 0
    silent_rejects: bool = False
    shifts_closed_dates: bool = False
    labor_cost: Decimal | None = None
    autopost: bool = True
    closed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Unit:
    """A legal entity with its business unit and its ledger."""

    entity_id: str
    currency: str
    business_unit_id: int
    ledger_id: int
    access_set_id: int

    @property
    def business_unit(self) -> str:
        """Name of the business unit."""
        return f"{self.entity_id} Business Unit"

    @property
    def ledger(self) -> str:
        """Name of the ledger."""
        return f"{self.entity_id} Ledger"


class Master:
    """The firm at the pod's clock.

    Args:
        firm: the firm.
        clock: the pod's clock.
        behaviour: switches.
    """

    def __init__(
        self, firm: SandboxFirm, clock: Callable[[], datetime], behaviour: Behaviour
    ) -> None:
        self._firm, self._clock, self._behaviour = firm, clock, behaviour
        self._seen: tuple[datetime, FirmState] | None = None
        self.units = [
            Unit(
                row.legal_entity_id,
                row.functional_currency_code,
                BUSINESS_UNIT_IDS + n,
                LEDGER_IDS + n,
                ACCESS_SET_IDS + n,
            )
            for n, row in enumerate(firm.entities, start=1)
        ]

    @property
    def state(self) -> FirmState:
        """The firm's records now."""
        now = self._clock()
        if self._seen is None or self._seen[0] != now:
            self._seen = (now, self._firm.at(now))
        return self._seen[1]

    def unit(self, **wanted: Any) -> Unit | None:
        """The unit with some attribute, for example `business_unit="US01 Business Unit"`."""
        for unit in self.units:
            if all(getattr(unit, name) == value for name, value in wanted.items()):
                return unit
        return None

    def person(self, number: str) -> Any:
        """The worker with a person number, or None."""
        return {row.worker_id: row for row in self.state.workers}.get(number)

    def project(self, number: str) -> Any:
        """The project with a number, or None."""
        return {row.project_id: row for row in self.state.projects}.get(number)

    def has_account(self, code: str) -> bool:
        """Whether an account combination exists."""
        return any(row.account_code == code for row in self.state.accounts)

    def periods(self) -> Iterator[Mapping[str, Any]]:
        """Accounting periods with their status per ledger: O open, C closed, N never opened."""
        for row in self.state.periods:
            unit = self.unit(entity_id=row.legal_entity_id)
            if unit is None:
                continue
            is_closed = row.status == "closed" or row.accounting_period_id in self._behaviour.closed
            status = "C" if is_closed else "O" if row.status == "open" else "N"
            for application in (GL, PROJECTS):
                yield {
                    "ApplicationId": application,
                    "LedgerId": unit.ledger_id,
                    "PeriodNameId": f"{row.start_date:%b-%y}",
                    "StartDate": row.start_date.isoformat(),
                    "EndDate": row.end_date.isoformat(),
                    "ClosingStatus": status,
                    "LastUpdateDate": row.changed_at.isoformat(),
                }

    def projects(self) -> Iterator[Mapping[str, Any]]:
        """Projects; their ids count up in the order of their numbers."""
        rows = sorted(self.state.projects, key=lambda row: row.project_id)
        for n, row in enumerate(rows, start=1):
            unit = self.unit(entity_id=row.legal_entity_id)
            yield {
                "ProjectId": PROJECT_IDS + n,
                "ProjectNumber": row.project_id,
                "ProjectName": row.name,
                "ProjectStatus": "Active" if row.is_active else "Closed",
                "BusinessUnitName": unit.business_unit if unit else None,
                "ProjectCurrencyCode": row.contract_currency_code,
                "ProjectStartDate": row.start_date.isoformat(),
                "ProjectEndDate": row.end_date.isoformat() if row.end_date else None,
                "LastUpdateDate": row.changed_at.isoformat(),
            }

    def persons(self) -> Iterator[Mapping[str, Any]]:
        """Persons; a legal entity's id is that of its ledger."""
        rows = sorted(self.state.workers, key=lambda row: row.worker_id)
        for n, row in enumerate(rows, start=1):
            unit = self.unit(entity_id=row.legal_entity_id)
            left = row.terminated_date
            yield {
                "PersonId": PERSON_IDS + n,
                "PersonNumber": row.worker_id,
                "DisplayName": f"{row.first_name} {row.last_name}",
                "WorkEmail": row.email,
                "LegalEntityId": unit.ledger_id if unit else None,
                "HireDate": row.hired_date.isoformat(),
                "TerminationDate": left.isoformat() if left else None,
                "LastUpdateDate": row.changed_at.isoformat(),
            }

    def is_open(self, unit: Unit, day: str) -> bool:
        """Whether a day lies in an open period of a ledger."""
        return any(
            row["StartDate"] <= day <= row["EndDate"] and row["ClosingStatus"] == "O"
            for row in self.periods()
            if row["LedgerId"] == unit.ledger_id
        )

    def next_open_day(self, unit: Unit, day: str) -> str | None:
        """First day of the first open period after a day, or None."""
        days = sorted(
            row["StartDate"]
            for row in self.periods()
            if row["LedgerId"] == unit.ledger_id and row["ClosingStatus"] == "O"
        )
        return next((start for start in days if start > day), None)


def is_within(project: Any, day: str) -> bool:
    """Whether a day lies within the dates of a project."""
    when = date.fromisoformat(day)
    return project.start_date <= when and (project.end_date is None or when <= project.end_date)
