"""Reading an ERP's refusal: its literal text becomes one of our reason codes.

Here: the rule and the first-match reader that every vendor's table uses. Not here: the tables
(`tieout.posting.acks.<vendor>`) and what a reason means and who owns it (`tieout.domain.reasons`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

UNCLASSIFIED = "REJECTED"


@dataclass(frozen=True, slots=True)
class RejectRule:
    """A piece of an ERP's reject text (regular expression, any case) and the reason it means."""

    pattern: str
    reason_code: str


def classify(text: str, rules: Sequence[RejectRule], default: str = UNCLASSIFIED) -> str:
    """Return the reason code of the first rule found in `text`, else `default`.

    An unknown text is never an error: the line is rejected with the ERP's own words and a
    person reads them.
    """
    for rule in rules:
        if re.search(rule.pattern, text, flags=re.IGNORECASE):
            return rule.reason_code
    return default
