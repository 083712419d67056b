"""The SOAP message that creates journal entries: `JournalEntryBulkCreateRequest`.

Here: writing an envelope, reading our own back, and leaving entries out of one. Not here: what
goes into an entry (`sap_s4hana_entries`), where messages are sent
(`tieout.posting.delivery.sap_s4hana`).

Namespace `http://sap.com/xi/SAPSCORE/SFIN` on the request element only, its children unqualified,
as SAP's interface has it. Message and entries carry a MessageHeader/ID of at most 35 characters,
which the confirmation echoes as ReferenceID.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from tieout.domain.safe_xml import child_text, children, local_name, parse_xml
from tieout.posting.writers.sap_s4hana_entries import EntryItem, JournalEntry, key_in

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SFIN: Final = "http://sap.com/xi/SAPSCORE/SFIN"
REQUEST: Final = "JournalEntryBulkCreateRequest"
ENTRY: Final = "JournalEntryCreateRequest"
CREATED_BY: Final = "TIEOUT"
"""CreatedByUser of every entry (at most 12 characters)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as read back."""

    message_id: str
    entries: tuple[JournalEntry, ...]


def message_of(message_id: str, created_at: datetime, entries: Iterable[JournalEntry]) -> bytes:
    """The SOAP envelope that creates some entries; equal input gives equal bytes."""
    envelope = ET.Element("soapenv:Envelope", {"xmlns:soapenv": SOAP, "xmlns:sfin": SFIN})
    ET.SubElement(envelope, "soapenv:Header")
    body = ET.SubElement(envelope, "soapenv:Body")
    request = ET.SubElement(body, f"sfin:{REQUEST}")
    _header(request, message_id, created_at)
    for entry in entries:
        node = ET.SubElement(request, ENTRY)
        _header(node, entry.entry_id, created_at)
        _entry(ET.SubElement(node, "JournalEntry"), entry)
    return _bytes(envelope)


def read_message(data: bytes) -> Message:
    """A message of ours, read back.

    Raises:
        ValueError: if it is no such message.
    """
    request = _request(parse_xml(data))
    return Message(
        child_text(request, "MessageHeader", "ID"),
        tuple(_read_entry(node) for node in children(request, ENTRY)),
    )


def without(data: bytes, entry_ids: Collection[str]) -> bytes | None:
    """The message without some of its entries; None when none is left.

    What is left is rebuilt from what was sealed, under the same message id.
    """
    if not entry_ids:
        return data
    request = _request(parse_xml(data))
    created_at = datetime.fromisoformat(child_text(request, "MessageHeader", "CreationDateTime"))
    message = read_message(data)
    kept = [entry for entry in message.entries if entry.entry_id not in entry_ids]
    return message_of(message.message_id, created_at, kept) if kept else None


def _header(parent: ET.Element, message_id: str, created_at: datetime) -> None:
    header = ET.SubElement(parent, "MessageHeader")
    _text(header, "ID", message_id)
    _text(header, "UUID", str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:tieout:{message_id}")))
    moment = created_at.astimezone(UTC).isoformat(timespec="seconds")
    _text(header, "CreationDateTime", moment.replace("+00:00", "Z"))


def _entry(parent: ET.Element, entry: JournalEntry) -> None:
    """The fields of an entry in the order of SAP's interface."""
    fields = (
        ("OriginalReferenceDocumentType", "BKPFF"),
        ("BusinessTransactionType", "RFBU"),
        ("AccountingDocumentType", "SA"),
        ("DocumentReferenceID", entry.reference),
        ("DocumentHeaderText", entry.header_text),
        ("CreatedByUser", CREATED_BY),
        ("CompanyCode", entry.company_code),
        ("DocumentDate", entry.work_date.isoformat()),
        ("PostingDate", entry.accounting_date.isoformat()),
        ("TaxDeterminationDate", entry.accounting_date.isoformat()),
    )
    for name, value in fields:
        _text(parent, name, value)
    for number, item in enumerate(entry.items, start=1):
        node = ET.SubElement(parent, "Item")
        _text(node, "ReferenceDocumentItem", str(number))
        _text(node, "GLAccount", item.account)
        amount = _text(node, "AmountInTransactionCurrency", str(item.amount))
        amount.set("currencyCode", entry.currency_code)
        _text(node, "DebitCreditCode", item.debit_credit_code)
        _text(node, "DocumentItemText", item.text)
        _text(node, "AssignmentReference", item.assignment)
        if item.wbs_element:
            assignment = ET.SubElement(node, "AccountAssignment")
            _text(assignment, "WBSElement", item.wbs_element)


def _read_entry(node: ET.Element) -> JournalEntry:
    journal = next(children(node, "JournalEntry"))
    first, second = (_read_item(item) for item in children(journal, "Item"))
    amount = next(node for node in journal.iter() if node.get("currencyCode"))
    return JournalEntry(
        posting_key=key_in(first.text, second.text),
        entry_id=child_text(node, "MessageHeader", "ID"),
        reference=child_text(journal, "DocumentReferenceID"),
        header_text=child_text(journal, "DocumentHeaderText"),
        company_code=child_text(journal, "CompanyCode"),
        work_date=date.fromisoformat(child_text(journal, "DocumentDate")),
        accounting_date=date.fromisoformat(child_text(journal, "PostingDate")),
        currency_code=amount.attrib["currencyCode"],
        items=(first, second),
    )


def _read_item(node: ET.Element) -> EntryItem:
    item = EntryItem(
        account=child_text(node, "GLAccount"),
        amount=Decimal(child_text(node, "AmountInTransactionCurrency")),
        text=child_text(node, "DocumentItemText"),
        assignment=child_text(node, "AssignmentReference"),
        wbs_element=child_text(node, "AccountAssignment", "WBSElement"),
    )
    if item.debit_credit_code != child_text(node, "DebitCreditCode"):
        raise ValueError(f"sign and debit/credit code of {item.text} do not agree")
    return item


def _request(envelope: ET.Element) -> ET.Element:
    body: Sequence[ET.Element] = list(children(envelope, "Body"))
    request = body[0][0] if body and len(body[0]) else envelope
    if local_name(request) != REQUEST:
        raise ValueError(f"{local_name(request)} is no {REQUEST}")
    return request


def _text(parent: ET.Element, name: str, value: str) -> ET.Element:
    node = ET.SubElement(parent, name)
    node.text = value
    return node


def _bytes(envelope: ET.Element) -> bytes:
    ET.indent(envelope, space=" ")
    written: bytes = ET.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
