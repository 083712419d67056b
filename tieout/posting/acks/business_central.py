"""What Business Central's refusals mean: its literal English texts become reason codes.

Here: the table and the reading of an OData error body. The texts are labels of the vendor's open
source and the error codes of its API; Business Central words them in the language of the
integration user, which therefore has to be English. An unknown text stays a plain rejection with
Business Central's own words. `post` reports only the first error of a whole journal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tieout.posting.acks.base import RejectRule, classify

RULES = (
    RejectRule(r"not within your range of allowed posting dates", "PERIOD_CLOSED"),
    RejectRule(r"fiscal year .* closed|date is locked", "PERIOD_CLOSED"),
    RejectRule(r"Status must be equal to 'Open'.* in (Project|Job)", "PROJECT_INACTIVE"),
    RejectRule(r"Blocked must be equal to .*(Project|Job)", "PROJECT_INACTIVE"),
    RejectRule(r'"job(Number|Id)" does not match', "PROJECT_INACTIVE"),
    RejectRule(r"Blocked must be equal to .*(Resource|Employee)", "WORKER_NOT_IN_ERP"),
    RejectRule(r'"employee(Number|Id)" does not match', "WORKER_NOT_IN_ERP"),
    RejectRule(r"(Privacy )?Blocked .*Resource", "WORKER_NOT_IN_ERP"),
    RejectRule(r'"(account|balancingAccount)(Number|Id)" does not match', "ACCOUNT_UNMAPPED"),
    RejectRule(r"account values do not match", "ACCOUNT_UNMAPPED"),
    RejectRule(
        r"(Blocked|Direct Posting|Account Type) must (be equal to|have a value).* G/L Account",
        "ACCOUNT_UNMAPPED",
    ),
    RejectRule(r"Account No\. must have a value", "ACCOUNT_UNMAPPED"),
    RejectRule(r"(VAT|Gen\.|Tax)[\w. ]*(Posting )?Group[\w. ]* must have a value", "TAX_MISSING"),
    RejectRule(r"(VAT|General) Posting Setup does not exist", "TAX_MISSING"),
    RejectRule(r"Currency Factor must have a value|Currency Exchange Rate", "FX_MISSING"),
    RejectRule(r"Amount must have a value|Quantity must have a value", "AMOUNT_MISMATCH"),
    RejectRule(r"is out of balance by|does not balance|out of balance", "UNBALANCED"),
    RejectRule(r"dimension", "REF_INVALID"),
    RejectRule(r"must not be blocked", "REF_INVALID"),
    RejectRule(r"Internal_EntityWithSameKeyExists|already exists", "DUPLICATE"),
    RejectRule(r"Request_EntityChanged|cannot be modified", "RECORD_LOCKED"),
    RejectRule(r"locked by another user|being updated in a transaction", "RECORD_LOCKED"),
    RejectRule(r"Internal_InvalidTableRelation|Internal_RecordNotFound", "REF_INVALID"),
    RejectRule(r"must have a value in", "REF_INVALID"),
    RejectRule(r"do(es)? not have .*permission|sufficient permissions", "PERMISSION_DENIED"),
    RejectRule(r"Too many requests|Application_TooManyRequests", "RATE_LIMIT"),
)
"""First match wins; a rule may match the text or the error code before it."""

_CORRELATION = re.compile(r"\s*CorrelationId:\s*[0-9a-fA-F-]{36}\.?\s*$")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused request: our reason and Business Central's own words (`code: text`)."""

    reason_code: str
    message: str


def read_refusal(body: bytes | Mapping[str, Any]) -> Refusal | None:
    """The refusal in an error body, or None when the body is no OData error.

    The correlation id at the end of the text is left out: it differs in every answer.

    Args:
        body: the answer as received, or the parsed body of an answer inside a batch.
    """
    answer: Any = body
    if isinstance(body, bytes):
        try:
            answer = json.loads(body)
        except ValueError:
            return None
    error = answer.get("error") if isinstance(answer, Mapping) else None
    if not isinstance(error, Mapping):
        return None
    code = str(error.get("code") or "")
    text = _CORRELATION.sub("", str(error.get("message") or ""))
    message = f"{code}: {text}" if code and text else code or text
    return Refusal(classify(message, RULES), message) if message else None
