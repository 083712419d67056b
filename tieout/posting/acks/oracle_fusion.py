"""What Oracle Fusion's refusals mean: error codes of its import reports become reason codes.

Here: the table, and the reading of the two reports that tell about single lines: the error lines
of Import Journals (text) and the output of Import Costs (XML). Not here: fetching the reports
(`tieout.posting.delivery.oracle_fusion_jobs`).

A job that SUCCEEDED says nothing about its lines, and Oracle purges cost lines that it refuses:
these reports are the only witness. Their codes are facts (PJC_…, EF04, EC03); that a line of the
journal report ends in the journal's name, and the element names of the cost report, are assumed.
An unknown code stays a plain rejection with Oracle's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from tieout.posting.acks.base import RejectRule, classify

RULES = (
    RejectRule(r"PJC_UNIQUE_BATCH_NAME|PJC_DUPLICATE_TXN", "DUPLICATE"),
    RejectRule(r"PJC_\w*PERIOD\w*|\bEP\d\d\b|CLOSING_STATUS", "PERIOD_CLOSED"),
    RejectRule(r"PJC_EX_PROJECT_DATE|PJC_\w*PROJ(ECT)?_", "PROJECT_INACTIVE"),
    RejectRule(r"PJF_PRICE_NO_PERSON_RATE", "RATE_MISSING"),
    RejectRule(r"PJC_\w*(PERSON|EMPLOYEE)\w*", "WORKER_NOT_IN_ERP"),
    RejectRule(r"PJC_\w*TASK\w*", "TASK_UNMAPPED"),
    RejectRule(
        r"PJC_EXP_TYPE_INVALID|PJC_TXN_\w+_IS_INVALID|PJC_AWARD_NOT_PROVIDED", "REF_INVALID"
    ),
    RejectRule(r"PJC_\w*REVERS\w*", "REVERSAL_WITHOUT_ORIGINAL"),
    RejectRule(r"ORA-01008", "REF_INVALID"),
    RejectRule(r"\bEF\d\d\b|FLEX-VALUE DOES NOT EXIST", "ACCOUNT_UNMAPPED"),
    RejectRule(r"\bEC\d\d\b", "FX_MISSING"),
    RejectRule(r"\b(EU|WU)\d\d\b", "UNBALANCED"),
    RejectRule(r"PJC_\w*CURR\w*", "CURRENCY_MISMATCH"),
)
"""First match wins."""

_ERROR_LINE = re.compile(r"^((?:E[A-Z]{1,3}\d{1,3})(?:,\s*E[A-Z]{1,3}\d{1,3})*)\s+(.*\S)\s*$")
_LEGEND = re.compile(r"={5,}\s*Error Key\s*={5,}")
_REFERENCE, _NAME, _TEXT = "ORIG_TRANSACTION_REFERENCE", "MESSAGE_NAME", "MESSAGE_TEXT"
REPORT_BYTES_MAX: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused line: its short key, our reason and Oracle's own words."""

    reference: str
    reason_code: str
    message: str


def read_journal_report(text: str) -> Iterator[Refusal]:
    """The refused journals of an Import Journals report, one per error line.

    The key of all error codes, which ends every report, is left out: it would refuse everything.
    """
    legend = _LEGEND.search(text)
    for line in (text[: legend.start()] if legend else text).splitlines():
        found = _ERROR_LINE.match(line)
        if found:
            message = " ".join(line.split())
            name = found.group(2).split("|")[-1].strip()
            yield Refusal(name, classify(message, RULES), message)


def read_cost_report(content: bytes) -> Iterator[Refusal]:
    """The refused lines of an Import Costs report; one line may be refused for several reasons.

    Raises:
        ValueError: if the content is no XML.
    """
    if len(content) > REPORT_BYTES_MAX or b"<!DOCTYPE" in content[:2000]:
        raise ValueError("the report is no plain XML of a sane size")
    try:
        root = ET.fromstring(content)  # noqa: S314 - no document type, so no entities
    except ET.ParseError as problem:
        raise ValueError(f"the report is no XML: {problem}") from problem
    for element in root.iter():
        reference, name = element.findtext(_REFERENCE), element.findtext(_NAME)
        if reference and name:
            text = element.findtext(_TEXT) or ""
            message = f"{name}: {text}" if text else name
            yield Refusal(reference, classify(message, RULES), message)
