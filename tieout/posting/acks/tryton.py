"""What Tryton's refusals mean: its literal English texts become reason codes.

The texts were seen on a running Tryton 8.2 (SQLite and PostgreSQL). Tryton translates them into
the language of the integration user, which therefore has to be English.
"""

from __future__ import annotations

from tieout.posting.acks.base import RejectRule, classify

USER_WARNING = "UserWarning"

RULES = (
    # "... lines on closed journal-period ..." and "... a journal-period in closed period ..."
    RejectRule(r"closed (journal-)?period", "PERIOD_CLOSED"),
    # what a draft gets whose period was closed, or does not hold its date
    RejectRule(r'for field "Period"', "PERIOD_CLOSED"),
    RejectRule(r"no (open )?period", "PERIOD_CLOSED"),
    RejectRule(r"you must balance|must fill in its lines", "UNBALANCED"),
    # a third decimal in an amount
    RejectRule(r"number of digits in the value", "AMOUNT_MISMATCH"),
    RejectRule(r"not allowed to (access|modify|create|delete)", "PERMISSION_DENIED"),
    RejectRule(r'for field "Account"', "ACCOUNT_UNMAPPED"),
    RejectRule(r"account .* is closed|closed account", "ACCOUNT_UNMAPPED"),
    RejectRule(r'for field "(Second )?Currency"', "FX_MISSING"),
    # a party that the account asks for; on PostgreSQL also a reference that does not exist
    RejectRule(r"a value is required for field|for field .* does not exist", "REF_INVALID"),
    RejectRule(r"not valid according to its domain", "REF_INVALID"),
    RejectRule(r"modified in the meanwhile|could not obtain lock", "RECORD_LOCKED"),
)
"""First match wins."""


def reason_of(kind: str, text: str) -> str:
    """The reason code of one refusal.

    Args:
        kind: first part of Tryton's error, for example `UserError` or `UserWarning`.
        text: its message.
    """
    return USER_WARNING_CODE if kind == USER_WARNING else classify(text, RULES)


USER_WARNING_CODE = "USER_WARNING"
