"""Posting to the emulated Business Central: one document per line, whatever it says on the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.nasty.posting_kit import frame
from tests.unit.vendors_business_central.small_company import (
    HOST,
    Company,
    business_central_system,
    expense_line,
    reversal_of,
    time_line,
)
from tieout.domain.errors import AuthenticationFailed, ConfigError, SystemUnreachable
from tieout.http import mounted
from tieout.posting.delivery.base import Found
from tieout.posting.delivery.business_central_api import company_of
from tieout.posting.writers.business_central_lines import document_number

ONE = time_line(1)
KEY = ONE["posting_key"]
TAXI = expense_line("taxi")


def booked(company: Company, key: str) -> list[tuple[str, Decimal, str]]:
    """Account, debit minus credit and text of the entries of one document."""
    return [
        (
            entry["accountNumber"],
            Decimal(str(entry["debitAmount"])) - Decimal(str(entry["creditAmount"])),
            entry["description"],
        )
        for entry in company.entries()
        if entry["documentNumber"] == document_number(key)
    ]


# -- what is posted ------------------------------------------------------------------------------


def test_time_becomes_cost_and_work_in_progress_with_every_figure(company: Company) -> None:
    line = time_line(1, work_date=date(2026, 5, 29), hours=Decimal("7.25"))
    assert company.send([line])[KEY].outcome == "accepted"
    text = "h=7.25;d=2026-05-29;b=1387.50 USD;w=AB;p=J10"
    assert booked(company, KEY) == [
        ("5100", Decimal(600), KEY),
        ("2100", Decimal(-600), text),
        ("1300", Decimal("1387.50"), text),
        ("4100", Decimal("-1387.50"), text),
    ]
    assert {entry["postingDate"] for entry in company.entries()} == {"2026-06-15"}
    assert company.journals() == []


def test_a_line_without_a_bill_value_is_two_entries(company: Company) -> None:
    line = time_line(1, bill_amount_contract=Decimal(0), bill_amount_functional=Decimal(0))
    company.send([line])
    assert [account for account, _, _ in booked(company, KEY)] == ["5100", "2100"]


def test_a_reversal_is_the_same_document_with_the_sides_turned(company: Company) -> None:
    back = reversal_of(ONE)
    results = company.send([ONE, back])
    assert {result.outcome for result in results.values()} == {"accepted"}
    first, second = booked(company, KEY), booked(company, back["posting_key"])
    assert [(account, -amount) for account, amount, _ in first] == [
        (account, amount) for account, amount, _ in second
    ]
    (found,) = company.look_up(back["posting_key"])[back["posting_key"]]
    assert (found.hours, found.amount) == (Decimal("-7.5"), Decimal(-600))


def test_what_is_read_back_is_what_was_sealed(company: Company) -> None:
    results = company.send([ONE, TAXI])
    other = "meridian:business_central:nobody:1:v1:cost"
    assert company.look_up(KEY, TAXI["posting_key"], other) == {
        KEY: [
            Found(
                KEY, results[KEY].erp_id or "", "gl_entry", date(2026, 6, 15), Decimal("7.5"),
                Decimal(600), "USD", "posted",
            )
        ],
        TAXI["posting_key"]: [
            Found(
                TAXI["posting_key"], results[TAXI["posting_key"]].erp_id or "", "gl_entry",
                date(2026, 6, 15), Decimal(0), Decimal(120), "USD", "posted",
            )
        ],
    }  # fmt: skip


@pytest.mark.parametrize("record", ["a:b%c'd e/ü?#", "x" * 150, "CASE", "case"])
def test_a_key_of_any_kind_is_sent_and_found(company: Company, record: str) -> None:
    line = time_line(record)
    key = line["posting_key"]
    assert company.send([line, time_line("CASE"), time_line("case")])[key].outcome == "accepted"
    assert [found.posting_key for found in company.look_up(key)[key]] == [key]


def test_keys_that_differ_in_case_only_have_numbers_of_their_own() -> None:
    assert document_number("m:b:s:a:v1:cost") != document_number("m:b:s:A:v1:cost")


def test_more_keys_than_a_query_takes_and_pages_of_few_records(company: Company) -> None:
    company.restart(page_max=3)
    company.send([ONE, TAXI])
    keys = [f"meridian:business_central:harvest_us:{n}:v1:cost" for n in range(95)]
    found = company.look_up(*keys, KEY, TAXI["posting_key"], KEY)
    assert sorted(found) == sorted([KEY, TAXI["posting_key"]])


def test_a_hundred_lines_are_posted_once_each(company: Company) -> None:
    rows = [time_line(n) for n in range(25)]
    results = company.send(rows)
    assert {result.outcome for result in results.values()} == {"accepted"}
    assert len({result.erp_id for result in results.values()}) == 25
    assert len(company.entries()) == 100


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason", "text"),
    [
        ({"accounting_date": date(2026, 5, 29)}, "PERIOD_CLOSED", "allowed posting dates"),
        ({"debit_account_code": "7777"}, "ACCOUNT_UNMAPPED", '"accountNumber" does not match'),
        ({"debit_account_code": "9100"}, "ACCOUNT_UNMAPPED", "Blocked must be equal to 'No'"),
        ({"wip_account_code": "9200"}, "ACCOUNT_UNMAPPED", "Direct Posting must be equal"),
        ({"credit_account_code": "9300"}, "TAX_MISSING", "Posting Group must have a value"),
        ({"functional_currency_code": "EUR"}, "CURRENCY_MISMATCH", "keeps its books in USD"),
        ({"erp_worker_id": None}, "WORKER_NOT_IN_ERP", "the worker has no"),
        ({"erp_project_id": "J" * 21}, "PROJECT_UNMAPPED", "at most 20 characters"),
        ({"credit_account_code": None}, "ACCOUNT_UNMAPPED", "no account on one side"),
        ({"cost_amount_functional": Decimal("1.005")}, "AMOUNT_MISMATCH", "parts of a cent"),
        ({"cost_amount_functional": Decimal(0)}, "AMOUNT_MISMATCH", "has no cost"),
        ({"bill_amount_functional": None}, "FX_MISSING", "no amount in the ledger's currency"),
        ({"entry_type": "mileage"}, "REJECTED", "neither time nor expense"),
    ],
)
def test_a_bad_line_is_rejected_with_its_reason_and_the_good_ones_go(
    company: Company, changes: dict[str, Any], reason: str, text: str
) -> None:
    good = [time_line(n) for n in (3, 4, 5)]
    bad = time_line(2, **changes)
    results = company.send([ONE, bad, *good])
    refused = results.pop(bad["posting_key"])
    assert (refused.outcome, refused.reason_code) == ("rejected", reason)
    assert text in (refused.message or "")
    assert {result.outcome for result in results.values()} == {"accepted"}
    assert booked(company, bad["posting_key"]) == []
    assert company.journals() == []


def test_two_bad_lines_among_many_are_found_one_by_one(company: Company) -> None:
    rows = [time_line(n) for n in range(12)]
    for place in (3, 8):
        rows[place]["accounting_date"] = date(2026, 5, 29)
    results = company.send(rows)
    assert [results[row["posting_key"]].outcome for row in rows].count("rejected") == 2
    assert len(company.entries()) == 40


def test_a_period_that_closes_between_plan_and_posting_rejects_the_line(company: Company) -> None:
    company.fault("period_closed", "NAV.post")
    result = company.send([ONE])[KEY]
    assert (result.outcome, result.reason_code) == ("rejected", "PERIOD_CLOSED")
    assert result.message == (
        "Application_DialogException: Posting Date is not within your range of allowed posting "
        "dates."
    )
    assert company.send([ONE])[KEY].outcome == "accepted"


# -- settings and limits -------------------------------------------------------------------------


def test_a_system_without_a_company_is_refused(tmp_path: Any) -> None:
    with pytest.raises(ConfigError, match="which company"):
        company_of(business_central_system(tmp_path, company=""))


def test_another_company_is_never_taken_for_an_empty_one(company: Company) -> None:
    company.send([ONE])
    with pytest.raises(SystemUnreachable, match="Company does not exist"):
        with mounted(HOST, company.app):
            company.delivery(company="dd1b6a90-44e3-ea11-bb43-000d3a2feca1").look_up([KEY])


def test_requests_refused_as_too_many_are_repeated_within_a_bound(company: Company) -> None:
    company.fault("rate_limited", "batch", times=3)
    assert company.send([ONE])[KEY].outcome == "accepted"
    assert company.waits == [1.0, 1.0, 2.0]
    company.fault("rate_limited", "batch", times=50)
    with pytest.raises(SystemUnreachable, match="too many requests"):
        company.send([time_line(2)])


def test_a_token_that_expires_is_renewed_and_a_wrong_client_is_refused(company: Company) -> None:
    company.fault("unauthorized", "batch")
    assert company.send([ONE])[KEY].outcome == "accepted"
    company.fault("unauthorized", "journals", times=50)
    with pytest.raises(AuthenticationFailed):
        company.send(frame([time_line(2)]))
