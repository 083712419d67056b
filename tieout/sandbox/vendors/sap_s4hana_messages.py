"""Messages with journal entries at the emulated SAP: taken at once, carried out later, confirmed.

Here: taking a SOAP message, carrying it out entry by entry (partial success), and the confirmation
that is sent to the outbound address. Not here: the checks (`sap_s4hana_rules`), reading the books
(`sap_s4hana_odata`).

Assumed beyond the documented facts: 202 without a body for a taken message; a SOAP 1.1 fault with
500 for one that is no valid message; document numbers from 0100000000; the fiscal year is the
calendar year; one confirmation per message; confirmations are sent once and not repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from xml.etree import ElementTree as ET

from werkzeug.wrappers import Request, Response

from tieout.domain.safe_xml import child_text, children, local_name, parse_xml
from tieout.sandbox.vendors.sap_s4hana_rules import Note, SentEntry, errors_of, read_entry
from tieout.sandbox.vendors.sap_s4hana_setup import Habits, SapSetup
from tieout.sandbox.vendors.sap_s4hana_store import SapStore

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SFIN: Final = "http://sap.com/xi/SAPSCORE/SFIN"
XML_TYPE: Final = "text/xml; charset=utf-8"
SYSTEM: Final = "0M4SMVI"
ENTRY_ID_MAX: Final = 35
Outbound = Callable[[bytes], None]


class Messages:
    """The journal entry service of one tenant.

    Args:
        setup, habits: the tenant.
        store: its state.
        clock: when a message is taken and carried out.
        outbound: where confirmations are sent; None has no outbound service configured.
    """

    def __init__(
        self,
        setup: SapSetup,
        habits: Habits,
        store: SapStore,
        clock: Callable[[], datetime],
        outbound: Outbound | None,
    ) -> None:
        self._setup, self._habits, self._store = setup, habits, store
        self._clock, self._outbound = clock, outbound

    def take(self, request: Request) -> Response:
        """Take a message: 202, or a SOAP fault when it is none."""
        data = request.get_data()
        try:
            node = _request_in(data)
            entries = [read_entry(entry) for entry in children(node, "JournalEntryCreateRequest")]
        except ValueError as problem:
            return fault(str(problem))
        message_id = child_text(node, "MessageHeader", "ID")
        ids = [message_id, *(entry.entry_id for entry in entries)]
        if not entries or any(not 0 < len(text) <= ENTRY_ID_MAX for text in ids):
            return fault("MessageHeader/ID is missing or longer than 35")
        if not (self._habits.refuses_known_messages and self._store.knows(message_id)):
            self._store.take(message_id, data, self._clock() + self._habits.delay)
        return Response(status=202)

    def carry_out(self) -> None:
        """Carry out every message that is due, in the order they came."""
        for number, data in self._store.due(self._clock()):
            node = _request_in(data)
            with self._store.transaction():
                parts = [
                    part
                    for entry in children(node, "JournalEntryCreateRequest")
                    if (part := self._post(read_entry(entry))) is not None
                ]
                self._store.done(number)
            self._confirm(child_text(node, "MessageHeader", "ID"), parts)

    def _post(self, entry: SentEntry) -> ET.Element | None:
        """Post or refuse one entry; None when its refusal is purged."""
        if entry.fields.get("DocumentReferenceID") in self._habits.purged:
            return None
        day = self._posting_day(entry.day)
        errors = errors_of(entry, self._setup, is_open=day is not None)
        if errors or day is None:
            failed = Note("609(RW)", "3", f"Error in document: BKPFF $ {SYSTEM}")
            return _part(entry.entry_id, "", "", "0000", [failed, *errors])
        number = self._store.next_document()
        document, company, year = f"{number:010d}", entry.fields["CompanyCode"], str(day.year)
        rows = [self._row(entry, n, day, document) for n in range(len(entry.items))]
        self._store.put(number, rows)
        text = f"Document posted successfully: BKPFF {document}{company}{year} {SYSTEM}"
        return _part(entry.entry_id, document, company, year, [Note("605(RW)", "1", text)])

    def _posting_day(self, day: date) -> date | None:
        """The day an entry is posted on; None when no period takes it."""
        if day.replace(day=1) in self._setup.open_months:
            return day
        later = sorted(month for month in self._setup.open_months if month > day)
        return later[0] if later and self._habits.shifts_closed_dates else None

    def _row(self, entry: SentEntry, place: int, day: date, document: str) -> Mapping[str, Any]:
        """One item as the read interface shows it."""
        item, fields = entry.items[place], entry.fields
        today = self._clock()
        return {
            "CompanyCode": fields["CompanyCode"], "FiscalYear": str(day.year),
            "AccountingDocument": document, "AccountingDocumentItem": f"{place + 1:03d}",
            "AccountingDocumentType": fields["AccountingDocumentType"],
            "PostingDate": odata_date(day),
            "DocumentDate": odata_date(date.fromisoformat(fields["DocumentDate"])),
            "FiscalPeriod": f"{day.month:03d}", "GLAccount": item.account,
            "DebitCreditCode": item.code, "AmountInTransactionCurrency": str(item.amount),
            "TransactionCurrency": item.currency, "AmountInCompanyCodeCurrency": str(item.amount),
            "CompanyCodeCurrency": self._setup.companies[fields["CompanyCode"]],
            "DocumentItemText": item.text, "AssignmentReference": item.assignment,
            "DocumentReferenceID": fields.get("DocumentReferenceID", "").upper(),
            "AccountingDocumentHeaderText": fields.get("DocumentHeaderText", ""),
            "Project": item.wbs_element, "AccountingDocCreatedByUser": fields["CreatedByUser"],
            "AccountingDocumentCreationDate": odata_date(today.date()),
            "LastChangeDate": None, "IsReversal": False, "IsReversed": False,
        }  # fmt: skip

    def _confirm(self, message_id: str, parts: list[ET.Element]) -> None:
        """Send a confirmation, unless it gets lost or there is nothing to say."""
        if self._habits.lost_confirmations > 0:
            self._habits.lost_confirmations -= 1
            return
        if parts and self._outbound is not None:
            self._outbound(_confirmation(message_id, parts))


def odata_date(day: date) -> str:
    """A day as OData V2 writes it."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    seconds = (midnight - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return f"/Date({seconds}000)/"


def fault(text: str) -> Response:
    """A SOAP fault."""
    envelope = ET.Element("soap-env:Envelope", {"xmlns:soap-env": SOAP})
    node = ET.SubElement(ET.SubElement(envelope, "soap-env:Body"), "soap-env:Fault")
    ET.SubElement(node, "faultcode").text = "soap-env:Client"
    ET.SubElement(node, "faultstring").text = text
    return Response(ET.tostring(envelope, "utf-8"), status=500, content_type=XML_TYPE)


def _request_in(data: bytes) -> ET.Element:
    """The request inside an envelope.

    Raises:
        ValueError: if there is none.
    """
    for node in parse_xml(data).iter():
        if local_name(node) == "JournalEntryBulkCreateRequest":
            return node
    raise ValueError("the body holds no JournalEntryBulkCreateRequest")


def _part(entry_id: str, document: str, company: str, year: str, log: list[Note]) -> ET.Element:
    part = ET.Element("JournalEntryCreateConfirmation")
    ET.SubElement(ET.SubElement(part, "MessageHeader"), "ReferenceID").text = entry_id
    result = ET.SubElement(part, "JournalEntryCreateConfirmation")
    ET.SubElement(result, "AccountingDocument").text = document or " "
    ET.SubElement(result, "CompanyCode").text = company or " "
    ET.SubElement(result, "FiscalYear").text = year
    notes = ET.SubElement(part, "Log")
    worst = max(note.severity for note in log)
    ET.SubElement(notes, "MaximumLogItemSeverityCode").text = worst
    for note in log:
        item = ET.SubElement(notes, "Item")
        ET.SubElement(item, "TypeID").text = note.type_id
        ET.SubElement(item, "SeverityCode").text = note.severity
        ET.SubElement(item, "Note").text = note.text
    return part


def _confirmation(message_id: str, parts: list[ET.Element]) -> bytes:
    envelope = ET.Element("soap-env:Envelope", {"xmlns:soap-env": SOAP})
    ET.SubElement(envelope, "soap-env:Header")
    body = ET.SubElement(envelope, "soap-env:Body")
    bulk = ET.SubElement(body, "n0:JournalEntryBulkCreateConfirmation", {"xmlns:n0": SFIN})
    ET.SubElement(ET.SubElement(bulk, "MessageHeader"), "ReferenceID").text = message_id
    ET.SubElement(bulk, "ConfirmationInterfaceOrignName")
    bulk.extend(parts)
    ET.SubElement(bulk, "Log")
    written: bytes = ET.tostring(envelope, "utf-8")
    return written
