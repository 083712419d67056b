"""What a sandbox Tryton shall hold, as plain data, and its reading from the sample firm.

Here: `TrytonPlan` and `plan_of`, which maps the firm's British books to Tryton's records. Not
here: creating them over HTTP (`seeding`, `books`).

Named assumptions (beyond the facts of the vendor's API): the company's and the workers' codes
stand in `party.code`, a project's code is its name; an account move of an integration carries its
key as description, and its lines carry `worker=…;project=…;work_date=…;hours=…;bill=… GBP`; a move
made by hand carries its text as description. Accounts of the types payable and receivable are
booked without a party, as accrual accounts are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tieout.sandbox.firm.model import ErpLine, FirmState, SandboxFirm

SYSTEM = "tryton_uk"
ENTITY = "UK01"
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class LinePlan:
    """One line of a move; either debit or credit is zero.

    `second_amount` carries the sign of debit minus credit and is in `second_currency`.
    """

    account: str
    debit: Decimal
    credit: Decimal
    text: str
    second_currency: str | None = None
    second_amount: Decimal | None = None


@dataclass(frozen=True)
class MovePlan:
    """One account move; `author` is the login that creates it, `entered_at` when (UTC)."""

    description: str
    day: date
    author: str
    is_posted: bool
    lines: tuple[LinePlan, ...]
    entered_at: datetime | None = None


@dataclass(frozen=True)
class TrytonPlan:
    """Everything a sandbox Tryton is seeded with.

    Attributes:
        company: code, name and currency code of the company.
        currencies: code, name and symbol of each currency.
        rates: currency code, day and units of that currency per unit of the company's.
        accounts: code, name and type (expense, liability, asset, revenue, receivable, payable,
            cash) of the firm's own accounts, beside the universal chart.
        years: fiscal years, each with twelve monthly periods.
        closed_until: last day of the last closed period, or None.
        employees: code, name, email, first and last day.
        projects: code, whether work may still be booked, first day.
        moves: account moves, oldest first.
    """

    company: tuple[str, str, str]
    currencies: tuple[tuple[str, str, str], ...]
    rates: tuple[tuple[str, date, Decimal], ...]
    accounts: tuple[tuple[str, str, str], ...]
    years: tuple[int, ...]
    closed_until: date | None
    employees: tuple[tuple[str, str, str, date, date | None], ...]
    projects: tuple[tuple[str, bool, date], ...]
    moves: tuple[MovePlan, ...]

    @property
    def fingerprint(self) -> str:
        """Short text that changes with any figure; names the cached filled database."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


def plan_of(firm: SandboxFirm) -> TrytonPlan:
    """Read the plan of the firm's Tryton at the firm's own clock."""
    state = firm.at(firm.now)
    entity = state.entity[ENTITY]
    periods = [row for row in state.periods if row.erp_system == SYSTEM]
    closed = [row.end_date for row in periods if row.status != "open"]
    moves = sorted(
        (row for row in state.erp_lines if row.erp_system == SYSTEM),
        key=lambda row: (row.posted_at, row.erp_line_id),
    )
    days = [row.start_date for row in periods] + [row.accounting_date for row in moves]
    return TrytonPlan(
        company=(ENTITY, entity.name, entity.functional_currency_code),
        currencies=tuple((row.code, row.name, row.symbol) for row in state.currencies),
        rates=tuple(
            (row.to_currency_code, row.rate_date, row.fx_rate)
            for row in state.fx_rates
            if row.is_in_tryton
        ),
        accounts=tuple(
            (row.account_code, row.name, row.account_type)
            for row in state.accounts
            if row.erp_system == SYSTEM
        ),
        years=tuple(sorted({day.year for day in days})),
        closed_until=max(closed, default=None),
        employees=_employees(state),
        projects=tuple(
            (row.project_id, row.is_active_tryton, row.start_date)
            for row in state.projects
            if row.is_in_tryton
        ),
        moves=tuple(move_of(row) for row in moves),
    )


def _employees(state: FirmState) -> tuple[tuple[str, str, str, date, date | None], ...]:
    return tuple(
        (row.worker_id, row.full_name, row.email, row.hired_date, row.terminated_date)
        for row in state.workers
        if row.is_in_tryton
    )


def move_of(line: ErpLine) -> MovePlan:
    """The account move of one posting of the firm's history."""
    text = line_text(line)
    lines = [*_pair(line.debit_account_code, line.credit_account_code, line.cost_amount, text)]
    if line.bill_amount and line.wip_account_code and line.accrued_revenue_account_code:
        foreign = line.contract_currency_code != line.functional_currency_code
        lines += _pair(
            line.wip_account_code,
            line.accrued_revenue_account_code,
            line.bill_amount_functional,
            text,
            line.contract_currency_code if foreign else None,
            line.bill_amount if foreign else None,
        )
    return MovePlan(
        description=line.external_id or line.memo,
        day=line.accounting_date,
        author=line.created_by,
        is_posted=line.is_posted,
        lines=tuple(lines),
        entered_at=line.posted_at,
    )


def line_text(line: ErpLine) -> str:
    """The text an integration leaves on a line: what is known, in a fixed order."""
    parts = [
        ("worker", line.worker_id),
        ("project", line.project_id),
        ("work_date", line.work_date and line.work_date.isoformat()),
        ("hours", line.hours and f"{line.hours:.4f}"),
        ("bill", line.contract_currency_code and _bill(line)),
    ]
    known = ";".join(f"{name}={value}" for name, value in parts if value)
    return known or line.memo


def _bill(line: ErpLine) -> str:
    return f"{line.bill_amount:.2f} {line.contract_currency_code}"


def _pair(
    debit: str,
    credit: str,
    amount: Decimal,
    text: str,
    currency: str | None = None,
    foreign: Decimal | None = None,
) -> tuple[LinePlan, LinePlan]:
    """Two balanced lines, the first on the account debited by a positive amount."""
    plus, minus = max(amount, ZERO), max(-amount, ZERO)
    return (
        LinePlan(debit, plus, minus, text, currency, foreign),
        LinePlan(credit, minus, plus, text, currency, None if foreign is None else -foreign),
    )
