"""What F&O's refusals mean, and how its error files are read."""

from __future__ import annotations

import json

import pytest

from tieout.domain.reasons import REASONS
from tieout.posting.acks.base import classify
from tieout.posting.acks.d365_fo import NO_TEXT, RULES, read_error_file, read_errors, rejected
from tieout.posting.writers.d365_fo_columns import EXPENSE_LINE, HOUR_LINE

KEY = "meridian:d365_fo:harvest_us:1:v1:cost"
NOT_FOUND = "The value 'X1' in field '{}' is not found in the related table '{}'."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Fiscal period is not open for date 2026-05-03.", "PERIOD_CLOSED"),
        ("Period 05-2026 is permanently closed.", "PERIOD_CLOSED"),
        ("No open fiscal period was found in or after 5/3/2026", "PERIOD_CLOSED"),
        (NOT_FOUND.format("Project ID", "Projects"), "PROJECT_INACTIVE"),
        ("Field 'Project ID' must be filled in.", "PROJECT_UNMAPPED"),
        ("Project P-9 is in stage Finished, in which transactions cannot be posted.",
         "PROJECT_INACTIVE"),
        (NOT_FOUND.format("Resource", "Resources"), "WORKER_NOT_IN_ERP"),
        (NOT_FOUND.format("Offset account", "Main accounts"), "ACCOUNT_UNMAPPED"),
        (NOT_FOUND.format("Category", "Project categories"), "ACCOUNT_UNMAPPED"),
        (NOT_FOUND.format("Sales tax group", "Sales tax groups"), "TAX_MISSING"),
        ("The exchange rate between USD and EUR does not exist", "FX_MISSING"),
        (NOT_FOUND.format("Currency", "Currencies"), "CURRENCY_MISMATCH"),
        ("The transactions on voucher V1 do not balance as per 6/15/2026.", "UNBALANCED"),
        ("The record already exists.", "DUPLICATE"),
        ("Journal HJ1 is in use by user Admin.", "RECORD_LOCKED"),
        (NOT_FOUND.format("Line property", "Line properties"), "REF_INVALID"),
        ("Journal J-1 does not exist.", "REF_INVALID"),
        ("Something new", "REJECTED"),
    ],
)  # fmt: skip
def test_a_text_has_its_reason(text: str, reason: str) -> None:
    assert classify(text, RULES) == reason


def test_every_rule_leads_to_a_reason_of_the_closed_list() -> None:
    assert {rule.reason_code for rule in RULES} <= set(REASONS)


def test_several_texts_of_a_record_are_kept_together() -> None:
    entries = [
        {"RecordId": "J,1", "Field": "PROJECTID", "ErrorMessage": "one"},
        {"RecordId": "J,1", "Field": "", "ErrorMessage": "two"},
        {"RecordId": "J,2", "ErrorMessage": None},
    ]
    assert read_errors(json.dumps(entries)) == {"J,1": "one; two"}
    assert read_errors("") == {}


@pytest.mark.parametrize("text", ["<html>", "{}", "[1]"])
def test_what_is_no_list_of_errors_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_errors(text)


def test_a_row_names_its_line_by_its_text_and_its_reason_by_its_natural_key() -> None:
    rows = read_error_file(
        f"JournalId,LineNumber,Description\r\nJ,1,{KEY}\r\nJ,2,{KEY}\r\n".encode()
    )
    first, second = rejected(HOUR_LINE, rows, {"J,1": NOT_FOUND.format("Resource", "Resources")})
    assert (first.posting_key, first.reason_code) == (KEY, "WORKER_NOT_IN_ERP")
    assert (second.reason_code, second.message) == ("REJECTED", NO_TEXT)


def test_a_key_over_two_fields_is_read_whole_and_a_row_without_one_says_nothing() -> None:
    row = {"JOURNALBATCHNUMBER": "J", "LINENUMBER": "1", "TEXT": KEY[:20]}
    assert rejected(EXPENSE_LINE, [row], {}) == []
    (found,) = rejected(EXPENSE_LINE, [{**row, "OFFSETTRANSACTIONTEXT": KEY[20:]}], {})
    assert found.posting_key == KEY
