"""What the emulated SAP checks before it posts a journal entry, and the texts it refuses with.

Here: an entry's fields as read from the message, and its log. Texts of 102(F5), 507(F5), 004(FH)
and 609(RW) are those of public answers of SAP.

Assumed beyond the documented facts: the numbers and words of 201(F5), 702(F5), 235(KI), 021(BS),
002(CJ), 806(F5) and 101(KM); that a cost account needs a WBS element; that an entry of zero is
refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree import ElementTree as ET

from tieout.domain.safe_xml import child_text, children
from tieout.sandbox.vendors.sap_s4hana_setup import SapSetup

ERROR: Final = "3"
LENGTHS: Final = {
    "DocumentReferenceID": 16, "DocumentHeaderText": 25, "CreatedByUser": 12, "CompanyCode": 4,
    "AccountingDocumentType": 2, "BusinessTransactionType": 4, "OriginalReferenceDocumentType": 5,
}  # fmt: skip
ITEM_LENGTHS: Final = {"GLAccount": 10, "DocumentItemText": 50, "AssignmentReference": 18}
REQUIRED: Final = (
    "OriginalReferenceDocumentType", "BusinessTransactionType", "AccountingDocumentType",
    "CreatedByUser", "CompanyCode", "DocumentDate", "PostingDate",
)  # fmt: skip


@dataclass(frozen=True)
class Note:
    """One item of a log."""

    type_id: str
    severity: str
    text: str


@dataclass(frozen=True)
class SentItem:
    """One item of an entry, as sent."""

    account: str
    amount: Decimal
    currency: str
    code: str
    text: str
    assignment: str
    wbs_element: str


@dataclass(frozen=True)
class SentEntry:
    """One entry, as sent; `day` is its posting date."""

    entry_id: str
    fields: dict[str, str]
    day: date
    items: tuple[SentItem, ...]


def read_entry(node: ET.Element) -> SentEntry:
    """An entry of a message.

    Raises:
        ValueError: if the interface refuses it: a missing or overlong field, no date, no amount.
    """
    journal = next(children(node, "JournalEntry"), None)
    if journal is None:
        raise ValueError("JournalEntry is missing")
    fields = {child.tag: (child.text or "").strip() for child in journal if child.tag != "Item"}
    for name in REQUIRED:
        if not fields.get(name):
            raise ValueError(f"{name} is missing")
    for name, length in LENGTHS.items():
        if len(fields.get(name, "")) > length:
            raise ValueError(f"{name} is longer than {length}")
    day = date.fromisoformat(fields["PostingDate"])
    date.fromisoformat(fields["DocumentDate"])
    items = tuple(_read_item(item) for item in children(journal, "Item"))
    return SentEntry(child_text(node, "MessageHeader", "ID"), fields, day, items)


def _read_item(node: ET.Element) -> SentItem:
    for name, length in ITEM_LENGTHS.items():
        if len(child_text(node, name)) > length:
            raise ValueError(f"{name} is longer than {length}")
    amount = next(children(node, "AmountInTransactionCurrency"), None)
    if amount is None:
        raise ValueError("AmountInTransactionCurrency is missing")
    try:
        value = Decimal(amount.text or "")
    except InvalidOperation:
        raise ValueError(f"{amount.text} is no amount") from None
    return SentItem(
        account=child_text(node, "GLAccount"),
        amount=value,
        currency=amount.get("currencyCode", ""),
        code=child_text(node, "DebitCreditCode"),
        text=child_text(node, "DocumentItemText"),
        assignment=child_text(node, "AssignmentReference"),
        wbs_element=child_text(node, "AccountAssignment", "WBSElement"),
    )


def errors_of(entry: SentEntry, setup: SapSetup, *, is_open: bool) -> list[Note]:
    """What is wrong with an entry; empty when it can be posted.

    Args:
        entry: the entry.
        setup: the tenant's master data.
        is_open: whether its month takes postings (or its date will be moved to one that does).
    """
    company = entry.fields["CompanyCode"]
    found: list[Note] = []
    if company not in setup.companies:
        found.append(_error("806(F5)", f"Company code {company} does not exist"))
    if not is_open:
        month = f"{entry.day.month:03d} {entry.day.year}"
        found.append(_error("201(F5)", f"Posting period {month} is not open"))
    for item in entry.items:
        found += _item_errors(item, setup)
    if sum((item.amount for item in entry.items), Decimal(0)) != 0:
        found.append(_error("702(F5)", "Balance in transaction currency"))
    return found


def _item_errors(item: SentItem, setup: SapSetup) -> list[Note]:
    found: list[Note] = []
    if item.account not in setup.accounts:
        chart = f"chart of accounts {setup.chart}"
        found.append(_error("507(F5)", f"G/L account {item.account} is not defined in {chart}"))
        found.append(_error("004(FH)", f"Account {item.account} does not exist in {chart}"))
    elif setup.accounts[item.account] and not item.wbs_element:
        found.append(
            _error("235(KI)", f"Account {item.account} requires an assignment to a CO object")
        )
    if item.wbs_element:
        status = setup.wbs_elements.get(item.wbs_element)
        if status is None:
            found.append(_error("002(CJ)", f"WBS element {item.wbs_element} does not exist"))
        elif status == "closed":
            found.append(
                _error("021(BS)", f"System status CLSD is active (WBS {item.wbs_element})")
            )
    if (item.code, item.amount > 0) not in (("S", True), ("H", False)) or item.amount == 0:
        found.append(_error("101(KM)", "Amount and debit/credit code do not agree"))
    return found


def _error(type_id: str, text: str) -> Note:
    return Note(type_id, ERROR, text)
