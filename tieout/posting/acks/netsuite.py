"""What NetSuite's refusals mean: its literal English texts become reason codes.

Here: the table and the reading of a REST error body. The texts are those of the record service and
of the CSV import assistant; NetSuite shows them in the language of the integration user, which
therefore has to be English. An unknown text stays a plain rejection with NetSuite's own words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieout.posting.acks.base import RejectRule, classify

RULES = (
    RejectRule(r"not within the date range of your accounting period", "PERIOD_CLOSED"),
    RejectRule(r"CLOSED_TRAN_PRD|INVALID_ACCT_PRD|DATE_PRD_MISMATCH", "PERIOD_CLOSED"),
    RejectRule(r"posting period .* (is )?(closed|locked)", "PERIOD_CLOSED"),
    RejectRule(r"Please enter value\(s\) for: Tax Code|INVALID_TAX_CODE", "TAX_MISSING"),
    RejectRule(r"Invalid taxcode reference key|TAX_CALCULATION_ENGINE", "TAX_MISSING"),
    RejectRule(r"Invalid (customer|job|project) reference key", "PROJECT_INACTIVE"),
    RejectRule(r"Invalid employee reference key", "WORKER_NOT_IN_ERP"),
    RejectRule(r"Invalid (ap|ar)?(account|acct) reference key", "ACCOUNT_UNMAPPED"),
    RejectRule(r"Please enter (the )?value\(s\) for:? Account", "ACCOUNT_UNMAPPED"),
    RejectRule(r"Invalid currency reference key", "FX_MISSING"),
    RejectRule(r"reference key .* for currency", "CURRENCY_MISMATCH"),
    RejectRule(r"Field Value \S+ for the following field: (customer|job)", "PROJECT_INACTIVE"),
    RejectRule(r"Field Value \S+ for the following field: employee", "WORKER_NOT_IN_ERP"),
    RejectRule(r"Field Value \S+ for the following field: (hours|debit|credit)", "AMOUNT_MISMATCH"),
    RejectRule(r"INVALID_KEY_OR_REF|INVALID_FLD_VALUE|Invalid Field Value", "REF_INVALID"),
    RejectRule(r"not in balance|Rounding Error", "UNBALANCED"),
    RejectRule(r"RCRD_(LOCKED_BY_WF|HAS_BEEN_CHANGED|EDITED_SINCE|UNEDITABLE)", "RECORD_LOCKED"),
    RejectRule(r"Record has been changed", "RECORD_LOCKED"),
    RejectRule(r"DUP_RCRD|IDEMPOTENCY_ERROR|record already exists", "DUPLICATE"),
    RejectRule(r"CONCURRENCY_LIMIT_EXCEEDED|EXCEEDED_MAX_CONCUR_RQST", "RATE_LIMIT"),
    RejectRule(r"SSS_REQUEST_LIMIT_EXCEEDED", "RATE_LIMIT"),
    RejectRule(r"INSUFFICIENT_PERMISSION", "PERMISSION_DENIED"),
)
"""First match wins; a rule may match the text or the error code before it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused record: our reason and NetSuite's own words (`CODE: text`)."""

    reason_code: str
    message: str


def read_refusal(body: bytes) -> Refusal | None:
    """The refusal in an error body, or None when the body is no NetSuite error.

    Args:
        body: the answer as received.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    details = answer.get("o:errorDetails") if isinstance(answer, Mapping) else None
    if not isinstance(details, list):
        return None
    texts = [_text(entry) for entry in details if isinstance(entry, Mapping)]
    message = "; ".join(text for text in texts if text)
    return Refusal(classify(message, RULES), message) if message else None


def _text(entry: Mapping[str, Any]) -> str:
    code, text = str(entry.get("o:errorCode") or ""), str(entry.get("detail") or "")
    return f"{code}: {text}" if code and text else code or text
