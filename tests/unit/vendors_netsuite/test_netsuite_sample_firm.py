"""The sample firm's whole NetSuite history comes through emulator and connector unharmed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pipelines.netsuite.tables import TABLES
from tieout.sandbox.firm.generate import build_firm


@pytest.fixture(scope="module")
def read(make_bench: Callable[[Any], Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Records of every table, by table name, and the firm at the same clock."""
    firm = build_firm(size="quick")
    bench = make_bench(tmp_path_factory.mktemp("sample"))
    bench.now = firm.now
    bench.show(firm)
    return firm.at(firm.now), {table.name: bench.read(table.name) for table in TABLES}


def test_every_posted_line_is_read_with_its_figures(read: Any) -> None:
    state, tables = read
    lines = {line.erp_line_id: line for line in state.erp_lines if line.erp_system == "netsuite"}
    bills = {row["id"]: row for row in tables["time_bills"]}
    journals = {row["document"]: row for row in tables["journal_lines"] if row["line"] == "0"}
    assert set(lines) == set(bills) | set(journals)
    for key, line in lines.items():
        row = bills.get(key) or journals[key]
        cost = row["custcol_tieout_cost"] if key in bills else row["amount"]
        assert Decimal(cost) == line.cost_amount, key
        assert Decimal(row.get("hours", "0")) == line.hours, key
        assert Decimal(row["custcol_tieout_bill"]) == line.bill_amount, key
        assert row.get("externalid") == line.external_id, key
        assert row["trandate"] == line.accounting_date.isoformat(), key
        assert row["subsidiary_external_id"] == line.legal_entity_id, key
        assert row["functional_currency_code"] == line.functional_currency_code, key


def test_every_journal_balances(read: Any) -> None:
    _, tables = read
    sums: dict[str, Decimal] = {}
    for row in tables["journal_lines"]:
        sums[row["document"]] = sums.get(row["document"], Decimal(0)) + Decimal(row["amount"])
    assert set(sums.values()) == {Decimal(0)}


def test_every_charge_and_credit_of_an_invoice_is_read_once(read: Any) -> None:
    state, tables = read
    billed = sum(Decimal(row["amount"]) for row in tables["charges"])
    credited = sum(Decimal(row["amount"]) for row in tables["credit_lines"])
    assert billed - credited == sum(charge.amount for charge in state.charges)
    assert len(tables["charges"]) + len(tables["credit_lines"]) == len(state.charges)


def test_every_reference_of_a_line_is_read_as_a_master_record(read: Any) -> None:
    _, tables = read
    employees = {row["id"] for row in tables["employees"]}
    jobs = {row["id"] for row in tables["jobs"]}
    assert {row["employee"] for row in tables["time_bills"] if "employee" in row} <= employees
    assert {row["customer"] for row in tables["time_bills"] if "customer" in row} <= jobs
    assert {row["customer"] for row in tables["jobs"]} <= {row["id"] for row in tables["customers"]}


def test_the_calendar_says_which_months_take_postings(read: Any) -> None:
    state, tables = read
    closed = {
        (row.legal_entity_id, row.start_date.isoformat()): row.status == "closed"
        for row in state.periods
        if row.erp_system == "netsuite"
    }
    shown = {
        (row["subsidiary_external_id"], row["startdate"]): row["closed"] == "T"
        for row in tables["accounting_periods"]
    }
    assert shown == closed


def test_every_exchange_rate_keeps_its_direction_and_digits(read: Any) -> None:
    state, tables = read
    expected = {
        (row.from_currency_code, row.to_currency_code, row.rate_date.isoformat()): row.fx_rate
        for row in state.fx_rates
    }
    shown = {
        (row["from_currency_code"], row["to_currency_code"], row["effectivedate"]): Decimal(
            row["exchangerate"]
        )
        for row in tables["currency_rates"]
    }
    assert shown == expected
