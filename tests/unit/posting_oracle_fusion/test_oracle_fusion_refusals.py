"""What Oracle Fusion refuses, and what its reports are read as."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.posting_oracle_fusion.conftest import expense_line, journal_line, time_line
from tieout.domain.reasons import REASONS
from tieout.posting.acks.base import classify
from tieout.posting.acks.oracle_fusion import RULES, read_cost_report, read_journal_report

ONE = time_line(1)
TAXI = expense_line("taxi")
RENT = journal_line("rent")


def key(row: dict[str, Any]) -> str:
    return row["posting_key"]


@pytest.mark.parametrize(
    ("changes", "reason", "text"),
    [
        ({"erp_project_id": "P-9"}, "PROJECT_INACTIVE", "PJC_TXN_PROJ_NUM_IS_INVALID"),
        ({"work_date": date(2025, 12, 31)}, "PROJECT_INACTIVE", "PJC_EX_PROJECT_DATE"),
        ({"erp_worker_id": "W-9"}, "WORKER_NOT_IN_ERP", "PJC_TXN_PERSON_NUM_IS_INVALID"),
        ({"accounting_date": date(2026, 5, 29)}, "PERIOD_CLOSED", "PERIOD_CLOSED"),
        ({"functional_currency_code": "EUR"}, "REF_INVALID", "PJC_TXN_CURRENCY_IS_INVALID"),
        ({"erp_worker_id": None}, "WORKER_NOT_IN_ERP", "no Oracle person number"),
        ({"erp_project_id": None}, "PROJECT_UNMAPPED", "no Oracle project number"),
        ({"task_name": None}, "TASK_UNMAPPED", "without a task"),
        ({"cost_amount_functional": Decimal("1.005")}, "AMOUNT_MISMATCH", "parts of a cent"),
        ({"cost_amount_functional": None}, "AMOUNT_MISMATCH", "no amount"),
    ],
)
def test_a_bad_line_is_rejected_with_its_reason_and_the_good_ones_go(
    pod: Any, changes: dict[str, Any], reason: str, text: str
) -> None:
    bad, good = time_line(2, **changes), time_line(3)
    results = pod.results([ONE, bad, good])
    assert results[key(ONE)]["outcome"] == results[key(good)]["outcome"] == "accepted"
    refused = results[key(bad)]
    assert (refused["outcome"], refused["reason_code"]) == ("rejected", reason)
    assert text in refused["message"]
    assert pod.look_up(bad) == []


@pytest.mark.parametrize(
    ("changes", "reason", "text"),
    [
        ({"debit_account_code": "101-10-99999"}, "ACCOUNT_UNMAPPED", "VALUE=99999"),
        ({"credit_account_code": None}, "ACCOUNT_UNMAPPED", "no account on one side"),
        ({"functional_currency_code": "XTS"}, "FX_MISSING", "EC03"),
        ({"accounting_date": date(2026, 5, 29)}, "PERIOD_CLOSED", "EP01"),
        ({"cost_amount_functional": Decimal(0)}, "AMOUNT_MISMATCH", "no amount"),
    ],
)
def test_a_bad_journal_is_rejected_whole_and_the_others_go(
    pod: Any, changes: dict[str, Any], reason: str, text: str
) -> None:
    bad = journal_line("bad", **changes)
    results = pod.results([bad, RENT, TAXI])
    assert results[key(RENT)]["outcome"] == results[key(TAXI)]["outcome"] == "accepted"
    assert (results[key(bad)]["outcome"], results[key(bad)]["reason_code"]) == ("rejected", reason)
    assert text in results[key(bad)]["message"]


def test_every_reason_of_the_table_is_one_of_ours() -> None:
    assert {rule.reason_code for rule in RULES} <= set(REASONS)


def test_a_refusal_that_no_report_mentions_says_nothing_about_the_line(pod: Any) -> None:
    pod.behaviour.silent_rejects = True
    bad = time_line(2, erp_project_id="P-9")
    results = pod.results([ONE, bad])
    assert list(results) == [key(ONE)]


def test_a_duplicate_says_nothing_because_the_first_may_be_ours(pod: Any) -> None:
    pod.submit([ONE], "oracle_fusion-2026-06-US01-time-000007")
    pod.collect("oracle_fusion-2026-06-US01-time-000007")
    assert pod.results([ONE])[key(ONE)]["outcome"] == "accepted"
    assert len(pod.records("projectCosts")) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PJC_UNIQUE_BATCH_NAME", "DUPLICATE"),
        ("PJC_EXP_TYPE_INVALID", "REF_INVALID"),
        ("PJC_EX_PROJECT_DATE - The expenditure item date is outside", "PROJECT_INACTIVE"),
        ("PJF_PRICE_NO_PERSON_RATE - No rate was found", "RATE_MISSING"),
        ("PJC_TXN_DOC_NAME_IS_INVALID", "REF_INVALID"),
        ("ORA-01008: not all variables bound", "REF_INVALID"),
        ("EF04 FLEX-VALUE DOES NOT EXIST (SEGMENT=Account) VALUE=99999", "ACCOUNT_UNMAPPED"),
        ("EF04,EC03", "ACCOUNT_UNMAPPED"),
        ("WU01", "UNBALANCED"),
        ("something new", "REJECTED"),
    ],
)
def test_literal_texts_become_reasons(text: str, reason: str) -> None:
    assert classify(text, RULES) == reason


def test_the_key_of_all_codes_refuses_nothing() -> None:
    report = "Error Lines\nEF04  Tieout 2026 | KEY1\n===== Error Key =====\nEF04  invalid | KEY2\n"
    assert [refusal.reference for refusal in read_journal_report(report)] == ["KEY1"]


@pytest.mark.parametrize("content", [b"<html", b"", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'])
def test_a_cost_report_that_is_none_is_told(content: bytes) -> None:
    with pytest.raises(ValueError, match="report is no"):
        list(read_cost_report(content))
