"""Creating the master data of a sandbox Tryton over JSON-RPC: company, calendar, people, projects.

Here: `seed` and everything a ledger needs before its first move. Not here: the moves and the
closing of periods (`books`), and what to create (`plan`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.sandbox.tryton.books import Books
from tieout.sandbox.tryton.plan import TrytonPlan
from tieout.sandbox.tryton.rpc import TrytonClient
from tieout.sandbox.tryton.template import ADMIN_PASSWORD
from tieout.sandbox.vendors.base import TOKENS

ONE = Decimal("1.0")
CENT = Decimal("0.01")
DIGITS = 2

# Kind of account -> the account of the universal chart whose type it shares.
_MODEL_ACCOUNT = {
    "asset": "1.3.3",
    "cash": "1.1.1",
    "expense": "5.1.3",
    "liability": "2.2.2",
    "payable": "2.2.2",
    "receivable": "1.4.2",
    "revenue": "4.1.2",
}


def seed(database_url: str, plan: TrytonPlan, note: Callable[[str], None] | None = None) -> None:
    """Fill an initialised, empty database with the plan.

    Args:
        database_url: `http://host:port/database` of a running server.
        plan: what it shall hold.
        note: told how far it is.

    Raises:
        TrytonError: if the server refuses a record; the database is then unusable.
    """
    admin = TrytonClient(database_url, "admin", ADMIN_PASSWORD)
    currencies = _currencies(admin, plan)
    company = _company(admin, plan, currencies)
    admin.context = {"company": company, "companies": [company]}
    accounts = _accounts(admin, plan, company)
    periods = _calendar(admin, plan, company)
    authors = {move.author for move in plan.moves}
    integration = TOKENS["tryton"]
    _users(admin, company, authors | {integration["username"]}, integration["password"])
    _employees(admin, plan, company)
    _projects(admin, plan, company)
    journal = admin.search("account.journal", [["code", "=", "MISC"]])[0]
    books = Books(database_url, company, journal, accounts, periods, currencies)
    books.enter(plan.moves, integration["password"], note)
    if plan.closed_until is not None:
        books.close_periods(admin, plan.closed_until)


def _currencies(admin: TrytonClient, plan: TrytonPlan) -> dict[str, int]:
    """Create the currencies with their rates; the company's currency has the rate one."""
    rates: dict[str, list[dict[str, Any]]] = defaultdict(list)
    first = min((day for _, day, _ in plan.rates), default=date(plan.years[0], 1, 1))
    rates[plan.company[2]].append({"date": min(first, date(plan.years[0], 1, 1)), "rate": ONE})
    for code, day, rate in plan.rates:
        rates[code].append({"date": day, "rate": rate})
    records = [
        {
            "name": name, "symbol": symbol, "code": code, "rounding": CENT, "digits": DIGITS,
            "rates": [["create", rates[code]]] if rates[code] else [],
        }
        for code, name, symbol in plan.currencies
    ]  # fmt: skip
    ids = admin.create("currency.currency", records)
    return {code: key for (code, _, _), key in zip(plan.currencies, ids, strict=True)}


def _company(admin: TrytonClient, plan: TrytonPlan, currencies: dict[str, int]) -> int:
    code, name, currency = plan.company
    party = admin.create("party.party", [{"name": name, "code": code}])[0]
    company = admin.create("company.company", [{"party": party, "currency": currencies[currency]}])
    companies = {"companies": [["add", company]], "company": company[0]}
    admin.model("res.user", "write", [admin.user_id], companies)
    return company[0]


def _accounts(admin: TrytonClient, plan: TrytonPlan, company: int) -> dict[str, int]:
    """Create the universal chart by Tryton's own wizard, then the firm's accounts."""
    template = admin.record("account", "account_template_root_en")
    session = admin.call("wizard.account.create_chart.create")[0]
    data: dict[str, Any] = {"account": {"account_template": template, "company": company}}
    admin.call("wizard.account.create_chart.execute", session, data, "create_account")
    defaults = {
        name: admin.search(
            "account.account", [[f"type.{kind}", "=", True], ["closed", "!=", True]]
        )[0]
        for name, kind in (
            ("account_receivable", "receivable"),
            ("account_payable", "payable"),
            ("category_account_expense", "expense"),
            ("category_account_revenue", "revenue"),
        )
    }
    data["properties"] = {"company": company, **defaults}
    admin.call("wizard.account.create_chart.execute", session, data, "create_properties")
    admin.call("wizard.account.create_chart.delete", session)
    chart = admin.read_all("account.account", [], ["code", "type"])
    kinds = {row["code"]: row["type"] for row in chart}
    root = chart[0]["id"]
    admin.create(
        "account.account",
        [
            {"code": code, "name": name, "company": company, "parent": root,
             "type": kinds[_MODEL_ACCOUNT[kind]]}
            for code, name, kind in plan.accounts
        ],
    )  # fmt: skip
    rows = admin.read_all("account.account", [["type", "!=", None]], ["code"])
    return {row["code"]: row["id"] for row in rows if row["code"]}


def _calendar(admin: TrytonClient, plan: TrytonPlan, company: int) -> dict[str, int]:
    """Create fiscal years with monthly periods; returns period name -> id."""
    types = {
        name: admin.search("ir.sequence.type", [["name", "=", name]])[0]
        for name in ("Account Move", "Invoice")
    }
    years = []
    for year in plan.years:
        moves, invoices = admin.create(
            "ir.sequence.strict",
            [
                {"name": f"Moves {year}", "sequence_type": types["Account Move"],
                 "company": company, "prefix": f"{year}/", "padding": 6},
                {"name": f"Invoices {year}", "sequence_type": types["Invoice"],
                 "company": company},
            ],
        )  # fmt: skip
        series = ("in_invoice", "out_invoice", "in_credit_note", "out_credit_note")
        sequences = {f"{name}_sequence": invoices for name in series}
        years += admin.create(
            "account.fiscalyear",
            [{
                "name": str(year), "company": company,
                "start_date": date(year, 1, 1), "end_date": date(year, 12, 31),
                "move_sequence": moves,
                "invoice_sequences": [["create", [{"company": company, **sequences}]]],
            }],
        )  # fmt: skip
    admin.model("account.fiscalyear", "create_period", years)
    rows = admin.read_all("account.period", [], ["name"])
    return {row["name"]: row["id"] for row in rows}


def _users(admin: TrytonClient, company: int, logins: set[str], password: str) -> None:
    """Create the integration user and the people who book by hand, with accounting rights."""
    group = admin.record("account", "group_account")
    admin.create(
        "res.user",
        [
            {"name": login, "login": login, "password": password, "company": company,
             "companies": [["add", [company]]], "groups": [["add", [group]]]}
            for login in sorted(logins)
        ],
    )  # fmt: skip


def _employees(admin: TrytonClient, plan: TrytonPlan, company: int) -> None:
    parties = admin.create(
        "party.party",
        [
            {"name": name, "code": code,
             "contact_mechanisms": [["create", [{"type": "email", "value": email}]]]}
            for code, name, email, _, _ in plan.employees
        ],
    )  # fmt: skip
    admin.create(
        "company.employee",
        [
            {"company": company, "party": party, "start_date": first, "end_date": last}
            for party, (_, _, _, first, last) in zip(parties, plan.employees, strict=True)
        ],
    )


def _projects(admin: TrytonClient, plan: TrytonPlan, company: int) -> None:
    done = admin.search("project.work.status", [["progress", "=", 1]])[0]
    ended = {"status": done, "progress": 1}
    admin.create(
        "project.work",
        [
            {"name": code, "type": "project", "company": company, "timesheet_available": True,
             "timesheet_start_date": first, **({} if is_open else ended)}
            for code, is_open, first in plan.projects
        ],
    )  # fmt: skip
