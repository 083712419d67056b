"""What an emulated Dynamics 365 F&O environment is set up with, and how it misbehaves.

Here: master data (`Setup`) and the switches of a test (`Moods`). Not here: what is done with them
(`d365_fo_rules`, `d365_fo_imports`, `d365_fo_posting`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HOUR_JOURNALS, EXPENSE_JOURNALS, GENERAL_JOURNALS = "TieoutHour", "TieoutExp", "TieoutGen"


@dataclass
class Setup:
    """Master data of the environment; a test changes it as a person would in F&O.

    Attributes:
        companies: company (dataAreaId) -> accounting currency.
        projects: project id -> stage; only `InProcess` takes transactions.
        project_names: project id -> name.
        workers: resource id -> name.
        categories: ids of project categories.
        accounts: main accounts.
        journal_names: journal names.
        open_periods: months (`2026-06`) that are open in every company.
        periods: months of the fiscal calendar.
        rates: exchange rates as rows of the entity.
    """

    companies: Mapping[str, str] = field(default_factory=lambda: {"us01": "USD", "uk01": "GBP"})
    projects: dict[str, str] = field(default_factory=lambda: {"P-77": "InProcess"})
    project_names: dict[str, str] = field(default_factory=dict)
    workers: dict[str, str] = field(default_factory=lambda: {"000041": "Ada Byron"})
    categories: set[str] = field(default_factory=lambda: {"5100", "6100"})
    accounts: set[str] = field(default_factory=lambda: {"5100", "6100", "2100", "2300"})
    journal_names: set[str] = field(
        default_factory=lambda: {HOUR_JOURNALS, EXPENSE_JOURNALS, GENERAL_JOURNALS}
    )
    periods: list[str] = field(default_factory=lambda: [f"2026-{n:02d}" for n in range(1, 13)])
    open_periods: set[str] = field(default_factory=lambda: {"2026-06", "2026-07"})
    rates: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Moods:
    """Misbehaviour that no middleware can play; all off by default.

    Attributes:
        executing_polls: how many questions about an import come while it still runs.
        posts_journals: whether the batch job that posts journals runs.
        checks_periods: whether an import refuses dates of closed periods; otherwise posting does.
        shifts_dates: posting moves a date of a closed period to the next open one, silently.
        purges_errors: the history of an import keeps no error texts and no error files.
        forgets_executions: the job history is cleaned up: imports are not known any more.
        keys_only: the error keys file has nothing but the entity's natural key.
    """

    executing_polls: int = 0
    posts_journals: bool = True
    checks_periods: bool = True
    shifts_dates: bool = False
    purges_errors: bool = False
    forgets_executions: bool = False
    keys_only: bool = False
