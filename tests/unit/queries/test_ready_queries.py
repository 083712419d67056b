"""The ready queries of docs/queries.md: every one runs, and answers its question on a small firm.

The firm has one project of 10 budgeted hours. 8 h were posted, 4 h were approved on the day before
K and not posted, an expense of 90 waits as well, and the ERP holds one line nobody knows.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.kit.compiled import compiled_project, connect
from tests.kit.firm_tables import firm_of, lay_firm

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "queries.md").read_text()
QUERIES = dict(
    re.findall(r"^## (\d+)\. [^\n]*\n\n```sql\n(.*?)\n```$", TEXT, flags=re.DOTALL | re.MULTILINE)
)
KNOWN = "2026-06-01 00:00:00"
TIME = {
    "worker_id": "W1", "project_id": "P1", "approval_status": "approved", "is_billable": True,
    "bill_rate": 200, "bill_currency_code": "USD", "cost_rate": 95, "cost_currency_code": "USD",
    "source_version": 1, "known_at": KNOWN,
}  # fmt: skip
BOOKS = {
    "workers": [{"worker_id": "W1", "employee_number": "1", "legal_entity_id": "US01",
                 "is_active": True}],
    "clients": [{"client_id": "C1", "client_name": "Harbor", "is_active": True}],
    "projects": [{"project_id": "P1", "project_name": "Grid", "client_id": "C1",
                  "legal_entity_id": "US01", "billing_model": "time_and_materials",
                  "contract_currency_code": "USD", "is_active": True, "budget_hours": 10,
                  "budget_amount_contract": 5000}],
    "assignments": [{"assignment_id": "A1", "worker_id": "W1", "project_id": "P1",
                     "is_active": True}],
    "capacities": [{"capacity_id": "K1", "worker_id": "W1", "start_date": date(2026, 1, 1),
                    "end_date": date(2026, 12, 31), "hours_per_week": 40,
                    "capacity_kind": "working"}],
    "time_entries": [
        {**TIME, "entry_id": "T1", "work_date": date(2026, 6, 8), "hours": 8,
         "approved_at": "2026-06-09 10:00:00"},
        {**TIME, "entry_id": "T2", "work_date": date(2026, 6, 30), "hours": 4,
         "approved_at": "2026-07-02 10:00:00"},
    ],
    "expense_items": [
        {"entry_id": "X1", "worker_id": "W1", "project_id": "P1", "approval_status": "approved",
         "is_billable": False, "transaction_amount": 90, "transaction_currency_code": "USD",
         "reimbursement_currency_code": "USD", "approved_amount": 90,
         "work_date": date(2026, 6, 10), "approved_at": "2026-06-12 10:00:00",
         "source_version": 1, "known_at": KNOWN},
    ],
    "erp_lines": [
        {"erp_line_id": "L1", "external_id": "proof:books:books:T1:v1:cost", "entry_id": "T1",
         "legal_entity_id": "US01", "worker_id": "W1", "project_id": "P1", "is_billable": True,
         "work_date": date(2026, 6, 8), "accounting_date": date(2026, 6, 8), "hours": 8,
         "posted_at": "2026-06-10 06:00:00", "is_posted": True, "cost_amount_functional": 760,
         "functional_currency_code": "USD", "bill_amount_contract": 1600,
         "contract_currency_code": "USD", "known_at": KNOWN},
        {"erp_line_id": "L2", "external_id": "JE-1", "memo": "by hand", "legal_entity_id": "US01",
         "accounting_date": date(2026, 6, 11), "hours": 2, "posted_at": "2026-06-11 06:00:00",
         "is_posted": True, "is_billable": True, "cost_amount_functional": 190,
         "functional_currency_code": "USD", "bill_amount_contract": 400,
         "contract_currency_code": "USD", "known_at": KNOWN},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def ask():
    firm = firm_of(
        [{"id": "US01", "name": "US", "country": "US", "functional_currency": "USD",
          "time_zone": "America/New_York"}],
        [{"id": "books", "vendor": "csv_tables", "options": {"path": "books"},
          "roles": ["time", "expense", "psa", "hr", "erp", "billing"]}],
        routing=[{"target": "books"}],
    )  # fmt: skip
    with connect() as connection:
        lay_firm(connection, firm, {"books": BOOKS})
        compiled_project().run(connection, as_of="2026-07-03 06:00:00", period="2026-06")
        connection.execute("set search_path = 'reconciliation,close,canonical,main'")

        def answer(number):
            result = connection.execute(QUERIES[str(number)])
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        yield answer


def test_there_are_twenty_queries():
    assert list(QUERIES) == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize("number", range(1, 21))
def test_every_query_runs_and_names_what_it_shows(ask, number):
    ask(number)
    assert "select *" not in QUERIES[str(number)]


def test_labor_approved_yesterday_is_found_with_its_hours(ask):
    (row,) = ask(1)
    assert (row["entry_id"], row["hours"]) == ("books:T2", 4)


def test_posted_hours_of_an_ended_period_are_invoice_ready(ask):
    (row,) = ask(2)
    assert (row["ready_hours"], row["ready_amount"]) == (8, 1600)


def test_an_unknown_erp_line_blocks_the_close_and_its_period_is_not_ready(ask):
    assert "postings_explained" in {row["check_name"] for row in ask(3)}
    states = {
        row["accounting_period_id"]: row for row in ask(6) if row["legal_entity_id"] == "US01"
    }
    assert not states["2026-06"]["is_ready"]
    assert states["2026-06"]["blockers"] >= 2


def test_the_country_of_an_overdue_expense_is_named(ask):
    (row,) = ask(4)
    assert (row["region"], row["exception_count"], row["cost_amount"]) == ("US", 1, 90)


def test_twelve_of_ten_hours_are_over_budget(ask):
    (row,) = ask(5)
    assert (row["used_hours"], row["time_burn_ratio"]) == (12, Decimal("1.2"))
    assert row["value_burn_ratio"] == Decimal("0.48")


def test_what_waits_shows_its_age_and_what_is_posted_does_not(ask):
    assert {row["entry_type"]: row["entries"] for row in ask(8)} == {"time": 1, "expense": 1}


def test_eight_of_forty_hours_are_a_fifth(ask):
    weeks = [
        row
        for row in ask(13)
        if row["week_start_date"] == date(2026, 6, 8)
        and row["definition_name"] == "billable_of_recorded"
    ]
    (row,) = weeks
    assert (row["base_utilization_ratio"], row["utilization_ratio"]) == (Decimal("0.2"), 1)
    assert row["utilization_variance"] == Decimal("0.8")


def test_the_margin_of_june_counts_work_posted_or_not(ask):
    (row,) = ask(14)
    # 12 h at 200 less 12 h at 95 and an expense of 90 that no client pays
    assert row["net_revenue_amount_functional"] == 2400
    assert row["margin_amount_functional"] == 2400 - 1140 - 90


def test_the_journal_by_hand_is_an_orphan(ask):
    (row,) = ask(17)
    assert (row["found"], row["posting_line_id"], row["hours"]) == ("orphan", "books:L2", 2)


def test_a_trace_tells_how_far_an_entry_came(ask):
    (row,) = ask(20)
    assert row["approval_status"] == "approved"
