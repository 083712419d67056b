"""Master data of the emulated company: accounts, employees, projects, periods, rates, setup.

Here: `Master`, the company at one instant, its making from the sample firm, and its records as the
API shows them. Not here: journals and ledger (`business_central_store`).

Assumed beyond the documented facts: the company is the firm's first legal entity; it knows every
account code of the firm; an employee's number is the firm's worker id and a project's the firm's
project id; postings are allowed from the first day of the oldest open month on; a rate is shown
with amount 1 and the rate as relational amount, its relational currency empty when it is the
company's own.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from tieout.sandbox.firm.firm import SandboxFirm
from tieout.sandbox.vendors.base import timestamp

NO_DATE: Final = "0001-01-01"
COMPANY_ID: Final = str(uuid.uuid5(uuid.NAMESPACE_URL, "urn:tieout:business-central:company"))
MADE: Final = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class GlAccount:
    """A general ledger account.

    Attributes:
        number: its number.
        is_direct: False when journals may not post to it.
        is_blocked: True when nothing may be posted to it.
        needs_group: True when a line needs a product posting group (tax) that the API cannot set.
    """

    number: str
    is_direct: bool = True
    is_blocked: bool = False
    needs_group: bool = False

    @property
    def id(self) -> str:
        """Its id."""
        return record_id("account", self.number)


@dataclass(frozen=True)
class Master:
    """The company at one instant. Records are as the API shows them."""

    name: str
    currency_code: str
    accounts: tuple[GlAccount, ...]
    allow_from: date | None = None
    allow_to: date | None = None
    setup_changed: str = MADE
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def account(self, number: str) -> GlAccount | None:
        """The account with that number, or None."""
        return next((row for row in self.accounts if row.number == number), None)

    def shown(self, name: str) -> list[dict[str, Any]]:
        """The records of one list of the API."""
        if name == "accounts":
            return [
                {"id": row.id, "number": row.number, "displayName": row.number,
                 "blocked": row.is_blocked, "directPosting": row.is_direct}
                for row in self.accounts
            ]  # fmt: skip
        if name == "generalLedgerSetup":
            return [
                {
                    "id": record_id("setup", "1"),
                    "allowPostingFrom": _day(self.allow_from),
                    "allowPostingTo": _day(self.allow_to),
                    "additionalReportingCurrency": "",
                    "localCurrencyCode": self.currency_code,
                    "lastModifiedDateTime": self.setup_changed,
                }
            ]
        return self.lists.get(name, [])


def record_id(kind: str, number: str) -> str:
    """The id of a master record: always the same GUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:tieout:business-central:{kind}:{number}"))


def master_of(firm: SandboxFirm, moment: datetime) -> Master:
    """The company of a firm's first legal entity at an instant."""
    state = firm.at(moment)
    entity = state.entities[0]
    mine = entity.legal_entity_id
    months = sorted(
        {row.accounting_period_id: row for row in state.periods
         if row.legal_entity_id == mine}.values(),
        key=lambda row: row.start_date,
    )  # fmt: skip
    opened = [row.start_date for row in months if row.status == "open"]
    rates = [
        rate(row.from_currency_code, row.rate_date, row.fx_rate, row.changed_at)
        for row in state.fx_rates
        if row.to_currency_code == entity.functional_currency_code
    ]
    return Master(
        name=entity.name,
        currency_code=entity.functional_currency_code,
        accounts=tuple(
            GlAccount(code) for code in sorted({row.account_code for row in state.accounts})
        ),
        allow_from=min(opened, default=None),
        setup_changed=max((timestamp(row.changed_at) for row in months), default=MADE),
        lists={
            "accountingPeriods": [
                period(row.start_date, row.accounting_period_id, row.changed_at,
                       is_closed=row.status == "closed")
                for row in months
            ],
            "currencyExchangeRates": rates,
            "employees": [
                employee(row.worker_id, row.first_name, row.last_name, row.email, row.changed_at,
                         title=row.job_title, hired=row.hired_date, left=row.terminated_date)
                for row in state.workers if row.legal_entity_id == mine
            ],
            "projects": [
                project(row.project_id, row.name, row.changed_at)
                for row in state.projects if row.legal_entity_id == mine
            ],
        },
    )  # fmt: skip


def period(first: date, name: str, changed: datetime, *, is_closed: bool) -> dict[str, Any]:
    """An accounting period."""
    return {
        "id": record_id("period", first.isoformat()), "startingDate": first.isoformat(),
        "name": name, "newFiscalYear": first.month == 1, "closed": is_closed,
        "dateLocked": is_closed, "lastModifiedDateTime": timestamp(changed),
    }  # fmt: skip


def rate(currency: str, day: date, value: Decimal, changed: datetime) -> dict[str, Any]:
    """A currency exchange rate: one unit of `currency` in the company's own currency."""
    return {
        "id": record_id("rate", f"{currency}:{day}"), "currencyCode": currency,
        "startingDate": day.isoformat(), "exchangeRateAmount": Decimal(1),
        "relationalCurrencyCode": "", "relationalExchangeRateAmount": value,
        "lastModifiedDateTime": timestamp(changed),
    }  # fmt: skip


def employee(
    number: str,
    given: str,
    family: str,
    email: str,
    changed: datetime,
    *,
    title: str = "",
    hired: date | None = None,
    left: date | None = None,
) -> dict[str, Any]:
    """An employee; one who left is terminated."""
    return {
        "id": record_id("employee", number), "number": number, "displayName": f"{given} {family}",
        "givenName": given, "surname": family, "jobTitle": title, "email": email,
        "employmentDate": _day(hired), "terminationDate": _day(left),
        "status": "Terminated" if left else "Active", "lastModifiedDateTime": timestamp(changed),
    }  # fmt: skip


def project(number: str, name: str, changed: datetime) -> dict[str, Any]:
    """A project: number and name are all the API shows of it."""
    return {
        "id": record_id("project", number), "number": number, "displayName": name,
        "lastModifiedDateTime": timestamp(changed),
    }  # fmt: skip


def _day(value: date | None) -> str:
    return NO_DATE if value is None else value.isoformat()
