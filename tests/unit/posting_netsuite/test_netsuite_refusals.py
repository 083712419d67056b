"""NetSuite's literal texts become reason codes; anything else stays a plain rejection."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.domain.reasons import REASONS
from tieout.posting.acks.base import classify
from tieout.posting.acks.netsuite import RULES, read_refusal


def refusal(code: str, text: str) -> bytes:
    return json.dumps({"o:errorDetails": [{"detail": text, "o:errorCode": code}]}).encode()


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (
            "USER_ERROR",
            "An error occured in a upsert request: The transaction date you specified is not within the date range of your accounting period.",
            "PERIOD_CLOSED",
        ),
        ("CLOSED_TRAN_PRD", "You cannot post to a closed period.", "PERIOD_CLOSED"),
        ("USER_ERROR", "Please enter value(s) for: Tax Code", "TAX_MISSING"),
        ("INVALID_TAX_CODE_FOR_SUB", "Tax code 7 is not valid.", "TAX_MISSING"),
        ("INVALID_KEY_OR_REF", "Invalid customer reference key 345 for subsidiary 2.",
         "PROJECT_INACTIVE"),
        ("INVALID_KEY_OR_REF", "Invalid employee reference key 12.", "WORKER_NOT_IN_ERP"),
        ("INVALID_KEY_OR_REF", "An error occured in a upsert request: Invalid apacct reference key 223.", "ACCOUNT_UNMAPPED"),
        ("USER_ERROR", "Invalid account reference key '6100' for subsidiary 'US'",
         "ACCOUNT_UNMAPPED"),
        ("USER_ERROR", "Please enter the value(s) for Account", "ACCOUNT_UNMAPPED"),
        ("USER_ERROR", "Invalid currency reference key 9.", "FX_MISSING"),
        ("USER_ERROR", "Invalid entity reference key 5 for currency 4", "CURRENCY_MISMATCH"),
        ("INVALID_FLD_VALUE", "You have entered an Invalid Field Value 29 for the following field: class", "REF_INVALID"),
        ("INVALID_FLD_VALUE", "You have entered an Invalid Field Value x for the following field: hours", "AMOUNT_MISMATCH"),
        ("INVALID_KEY_OR_REF", "Invalid department reference key 3 for subsidiary 1.",
         "REF_INVALID"),
        ("USER_ERROR", "Transaction was not in balance. Total = 0.01", "UNBALANCED"),
        ("USER_ERROR", "Rounding Error", "UNBALANCED"),
        ("RCRD_LOCKED_BY_WF", "This record is locked by a workflow.", "RECORD_LOCKED"),
        ("RCRD_HAS_BEEN_CHANGED", "Record has been changed", "RECORD_LOCKED"),
        ("DUP_RCRD", "This record already exists", "DUPLICATE"),
        ("IDEMPOTENCY_ERROR", "A request with the same idempotency key is already submitted.",
         "DUPLICATE"),
        ("CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.",
         "RATE_LIMIT"),
        ("INSUFFICIENT_PERMISSION", "Permission Violation", "PERMISSION_DENIED"),
        ("UNEXPECTED_ERROR", "An unexpected error occurred.", "REJECTED"),
    ],
)  # fmt: skip
def test_a_literal_text_becomes_its_reason(code: str, text: str, reason: str) -> None:
    read = read_refusal(refusal(code, text))
    assert read is not None
    assert (read.reason_code, read.message) == (reason, f"{code}: {text}")


def test_several_details_are_all_in_the_message_and_the_first_rule_decides() -> None:
    body = {
        "o:errorDetails": [
            {"detail": "Something else", "o:errorCode": "OTHER"},
            {"detail": "Please enter value(s) for: Tax Code"},
            "no object",
            {},
        ]
    }
    read = read_refusal(json.dumps(body).encode())
    assert read is not None
    assert (read.reason_code, read.message) == (
        "TAX_MISSING",
        "OTHER: Something else; Please enter value(s) for: Tax Code",
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"{}", b'{"o:errorDetails": {}}', b'{"o:errorDetails": []}',
     b'{"o:errorDetails": [{"detail": ""}]}', b'{"message": "closed period"}', b"\xff"],
)  # fmt: skip
def test_what_is_no_netsuite_error_is_no_refusal(body: bytes) -> None:
    assert read_refusal(body) is None


def test_every_rule_gives_a_reason_that_exists() -> None:
    assert {rule.reason_code for rule in RULES} <= set(REASONS)


@given(st.text(max_size=300))
def test_any_text_is_classified_and_never_an_error(text: str) -> None:
    assert classify(text, RULES) in REASONS
