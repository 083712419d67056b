"""What SAP S/4HANA Cloud says about journal entries: its confirmation and what refusals mean.

Here: reading `JournalEntryBulkCreateConfirmation` and the table of literal texts. Not here: how a
confirmation reaches us (`tieout.posting.delivery.sap_s4hana_mailbox`).

A confirmation holds one part per entry: the entry's id as ReferenceID, the accounting document (or
blanks or zeros), and log items `TypeID` (number and class, `201(F5)`), `SeverityCode` (1 done,
2 warning, 3 error) and `Note`, in the language of the communication user, which therefore has to be
English. The texts of 605(RW), 609(RW), 102(F5), 104(F5), 507(F5) and 004(FH) were seen in public
answers of SAP; the other numbers are common knowledge of SAP's message classes and are matched by
number or by words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from tieout.domain.safe_xml import child_text, children, local_name, parse_xml
from tieout.posting.acks.base import RejectRule, classify

BULK: Final = "JournalEntryBulkCreateConfirmation"
PART: Final = "JournalEntryCreateConfirmation"
ERROR: Final = 3
NO_FISCAL_YEAR: Final = "0000"

RULES = (
    RejectRule(r"201\(F5\)|posting period .* is not open", "PERIOD_CLOSED"),
    RejectRule(r"507\(F5\)|004\(FH\)|G/L account .* not defined", "ACCOUNT_UNMAPPED"),
    RejectRule(r"account .* does not exist in chart of accounts", "ACCOUNT_UNMAPPED"),
    RejectRule(r"account .* is (blocked|locked) for posting", "ACCOUNT_UNMAPPED"),
    RejectRule(r"WBS element .* (does not exist|not found)", "PROJECT_UNMAPPED"),
    RejectRule(r"requires an assignment to a CO object", "PROJECT_UNMAPPED"),
    RejectRule(r"system status .* is active|WBS element .* (closed|locked)", "PROJECT_INACTIVE"),
    RejectRule(r"(102|104)\(F5\)|is not defined in company code", "REF_INVALID"),
    RejectRule(r"company code .* (does not exist|not defined)", "REF_INVALID"),
    RejectRule(r"702\(F5\)|balance in transaction currency", "UNBALANCED"),
    RejectRule(r"enter rate .* rate type", "FX_MISSING"),
    RejectRule(r"currency .* (not defined|does not exist)", "FX_MISSING"),
    RejectRule(r"tax code", "TAX_MISSING"),
    RejectRule(r"locked by user|is currently being processed by", "RECORD_LOCKED"),
    RejectRule(r"no authorization|not authorized", "PERMISSION_DENIED"),
    RejectRule(r"already (exists|been posted)|duplicate", "DUPLICATE"),
)
"""First match wins; a rule sees `TypeID Note` of every error of the entry."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What SAP says about one entry.

    Attributes:
        entry_id: the id the entry had in the request.
        document: `CompanyCode/AccountingDocument/FiscalYear` when it was posted, else None.
        reason_code: our reason when it was refused, else None.
        message: SAP's own words, `TypeID Note` of each item that says something.
    """

    entry_id: str
    document: str | None
    reason_code: str | None
    message: str


def read_confirmation(data: bytes) -> list[Confirmation]:
    """What a confirmation message says about each of its entries.

    Args:
        data: the message as received, with or without a SOAP envelope.

    Raises:
        ValueError: if it is no confirmation of journal entries.
    """
    parts = _parts(parse_xml(data))
    if not parts:
        raise ValueError(f"the XML holds no {PART}")
    return [_confirmation(part) for part in parts]


def read_fault(data: bytes) -> str | None:
    """The text of a SOAP fault, or None when the answer is none."""
    try:
        root = parse_xml(data)
    except ValueError:
        return None
    for node in root.iter():
        if local_name(node) == "Fault":
            told = child_text(node, "faultstring") or child_text(node, "Reason", "Text")
            return told or "a SOAP fault without a text"
    return None


def _parts(root: ET.Element) -> list[ET.Element]:
    """The elements that speak about one entry each: those with a header and a log."""
    found = [node for node in root.iter() if local_name(node) == PART]
    return [node for node in found if any(children(node, "MessageHeader"))]


def _confirmation(part: ET.Element) -> Confirmation:
    entry_id = child_text(part, "MessageHeader", "ReferenceID")
    number = child_text(part, PART, "AccountingDocument")
    year = child_text(part, PART, "FiscalYear")
    items = [item for log in children(part, "Log") for item in children(log, "Item")]
    severities = [child_text(item, "SeverityCode") for item in items]
    severities += [child_text(part, "Log", "MaximumLogItemSeverityCode")]
    worst = max((int(code) for code in severities if code.isdigit()), default=ERROR)
    posted = bool(number.strip("0")) and year not in ("", NO_FISCAL_YEAR) and worst < ERROR
    told = [item for item in items if posted or child_text(item, "SeverityCode") == str(ERROR)]
    message = "; ".join(dict.fromkeys(_words(item) for item in told))
    if posted:
        document = f"{child_text(part, PART, 'CompanyCode')}/{number}/{year}"
        return Confirmation(entry_id, document, None, message)
    return Confirmation(entry_id, None, classify(message, RULES), message or "refused, no text")


def _words(item: ET.Element) -> str:
    return f"{child_text(item, 'TypeID')} {child_text(item, 'Note')}".strip()
