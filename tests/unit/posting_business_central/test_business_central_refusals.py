"""Business Central's own words become our reasons."""

from __future__ import annotations

import json

import pytest

from tieout.domain.reasons import REASONS
from tieout.posting.acks.business_central import RULES, read_refusal


def body(text: str, code: str = "Application_DialogException") -> bytes:
    message = f"{text}  CorrelationId:  3cd6ca38-1d5e-4d5c-9d5a-0a4b2f3a9f11."
    return json.dumps({"error": {"code": code, "message": message}}).encode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Posting Date is not within your range of allowed posting dates.", "PERIOD_CLOSED"),
        ("Status must be equal to 'Open' in Project: No.=J10. Current value is 'Completed'.",
         "PROJECT_INACTIVE"),
        ('The "jobNumber" does not match to a Job.', "PROJECT_INACTIVE"),
        ('The "employeeNumber" does not match to an Employee.', "WORKER_NOT_IN_ERP"),
        ("Blocked must be equal to 'No' in Resource: No.=AB. Current value is 'Yes'.",
         "WORKER_NOT_IN_ERP"),
        ('The "accountNumber" does not match to an Account.', "ACCOUNT_UNMAPPED"),
        ("The account values do not match to a specific Account.", "ACCOUNT_UNMAPPED"),
        ("Blocked must be equal to 'No' in G/L Account: No.=9100. Current value is 'Yes'.",
         "ACCOUNT_UNMAPPED"),
        (("VAT Prod. Posting Group must have a value in Gen. Journal Line: Line No.=10000. "
         "It cannot be zero or empty."), "TAX_MISSING"),
        ("Gen. Bus. Posting Group must have a value in Customer: No.=1.", "TAX_MISSING"),
        ("Job Task No. must have a value in Project Journal Line: Line No.=10000.",
         "REF_INVALID"),
        ("Currency Factor must have a value in Gen. Journal Line: Line No.=10000.", "FX_MISSING"),
        ("Amount must have a value in Gen. Journal Line: Line No.=10000.", "AMOUNT_MISMATCH"),
        ("Document No. X is out of balance by 1.00.", "UNBALANCED"),
        (("The combination of dimensions used in Gen. Journal Line GENERAL, TIEOUT, 10000 is "
         "blocked."), "REF_INVALID"),
        ("A dimension used in Gen. Journal Line GENERAL, TIEOUT, 10000 has caused an error.",
         "REF_INVALID"),
        ("Customer 10000 must not be blocked with type All.", "REF_INVALID"),
        ("Sales Invoice 1001 already exists.", "DUPLICATE"),
        ("The date cannot be modified.", "RECORD_LOCKED"),
        ("You do not have the following permissions on TableData Gen. Journal Batch: Insert",
         "PERMISSION_DENIED"),
        ("Something nobody has seen before.", "REJECTED"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_its_reason(text: str, reason: str) -> None:
    refusal = read_refusal(body(text))
    assert refusal is not None
    assert refusal.reason_code == reason
    assert refusal.message == f"Application_DialogException: {text}"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("Internal_EntityWithSameKeyExists", "DUPLICATE"),
        ("Request_EntityChanged", "RECORD_LOCKED"),
        ("Internal_InvalidTableRelation", "REF_INVALID"),
        ("Internal_RecordNotFound", "REF_INVALID"),
        ("Application_TooManyRequests", "RATE_LIMIT"),
    ],
)
def test_a_code_is_read_where_the_text_says_nothing(code: str, reason: str) -> None:
    refusal = read_refusal(body("Something.", code))
    assert refusal is not None
    assert refusal.reason_code == reason


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html></html>", b"[]", b'{"error": "x"}', b'{"message": "no"}', b'{"error":{}}'],
)
def test_what_is_no_error_of_the_api_is_no_refusal(answer: bytes) -> None:
    assert read_refusal(answer) is None


def test_every_reason_is_one_of_the_closed_list() -> None:
    assert {rule.reason_code for rule in RULES} <= set(REASONS)
