"""The spreadsheet for SAP's app Upload General Journal Entries (F2548), for posting by hand.

Here: writing the template's layout and reading it back. Not here: what goes into an entry
(`sap_s4hana_entries`), the message that is sent (`sap_s4hana_message`).

The sheet is the way out when the service is not available for days. It holds the same entries as
the message under the same reference numbers, so whoever uploads it is found by the look-up; a
batch whose message was sent must never be uploaded as well. Layout as in SAP's template: four rows
of title, then per entry a numbered Header block and a Line Items block, each with technical names,
descriptions and values. Amounts are text, because a spreadsheet's numbers are binary fractions.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import openpyxl
import xlsxwriter

from tieout.posting.writers.sap_s4hana_entries import EntryItem, JournalEntry, key_in

HEADER_COLUMNS: Final = {
    "BUKRS": "*Company Code (4)", "BLART": "*Journal Entry Type (2)",
    "BLDAT": "*Journal Entry Date", "BUDAT": "*Posting Date", "MONAT": "Fiscal Period (2)",
    "BKTXT": "Document Header Text (25)", "WAERS": "*Transaction Currency (5)",
    "LDGRP": "Ledger Group (4)", "KURSF_EXT": "Exchange rate (12)",
    "WWERT": "Currency Translation Date", "XBLNR": "Reference Document Number (16)",
    "PARGB_HDR": "Trading Partner Bus. Area (4)", "XMWST": "Calculate Tax Automatically (1)",
}  # fmt: skip
ITEM_COLUMNS: Final = {
    "BUKRS": "Company Code (4)", "HKONT": "G/L Account (10)", "SGTXT": "Item Text (50)",
    "WRSOL": "Debit", "WRHAB": "Credit", "DMBTR": "Amount in Company Code Currency",
    "DMBE2": "Amount in 2nd Local Currency", "MWSKZ": "Tax Code (2)",
    "TXJCD": "Tax Jurisdiction (15)", "KOSTL": "Cost Center (10)", "PRCTR": "Profit Center (10)",
    "AUFNR": "Order Number (12)", "PS_POSID": "WBS Element (24)", "VALUT": "Value date",
    "HBKID": "House Bank (5)", "HKTID": "House Bank Account (5)", "ZUONR": "Assignment number (18)",
    "VBUND": "Trading Partner (6)", "SEGMENT": "Segment (10)",
}  # fmt: skip
TITLE: Final = (
    "Upload General Journal Entries",
    "// To add field columns to the template, please add technical names.",
    "// For a complete list of field columns and their technical names, see the app's help.",
)
DATE_FORMAT: Final = "yyyy/mm/dd"
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date, so that bytes are equal
_MIDNIGHT: Final = time()
_Row = tuple[Any, ...]


def upload_sheet(entries: Sequence[JournalEntry], batch_mark: str) -> bytes:
    """The spreadsheet of some entries; equal input gives equal bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _CREATED})
    day = book.add_format({"num_format": DATE_FORMAT})
    sheet = book.add_worksheet("Journal Entries")
    for number, row in enumerate(_rows(entries, batch_mark)):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, datetime.combine(value, _MIDNIGHT), day)
            elif value:
                sheet.write_string(number, column, value)
    book.close()
    return buffer.getvalue()


def read_upload(data: bytes) -> list[JournalEntry]:
    """The entries of a sheet of ours, in order; a sheet holds no ids of messages.

    Raises:
        ValueError: if it does not have the template's layout.
    """
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    rows = [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    starts = [n for n, row in enumerate(rows) if len(row) > 1 and row[1] == "Header"]
    if not starts or rows[0][0] != TITLE[0]:
        raise ValueError("the sheet has no Header block: it is no upload of journal entries")
    ends = [*starts[1:], len(rows)]
    return [_read_block(rows[start:end]) for start, end in zip(starts, ends, strict=True)]


def _rows(entries: Sequence[JournalEntry], batch_mark: str) -> Iterator[_Row]:
    yield from ((text,) for text in TITLE)
    yield ("Batch ID", batch_mark)
    for number, entry in enumerate(entries, start=1):
        yield ()
        yield (str(number), "Header")
        yield ("", *HEADER_COLUMNS)
        yield ("", *HEADER_COLUMNS.values())
        yield ("", *_values(HEADER_COLUMNS, _head(entry)))
        yield ()
        yield ("", "Line Items")
        yield ("", "", "", "", "Transaction Currency")
        yield ("", *ITEM_COLUMNS)
        yield ("", *ITEM_COLUMNS.values())
        for item in entry.items:
            yield ("", *_values(ITEM_COLUMNS, _item(entry, item)))


def _head(entry: JournalEntry) -> dict[str, Any]:
    return {
        "BUKRS": entry.company_code, "BLART": "SA", "BLDAT": entry.work_date,
        "BUDAT": entry.accounting_date, "BKTXT": entry.header_text,
        "WAERS": entry.currency_code, "XBLNR": entry.reference,
    }  # fmt: skip


def _item(entry: JournalEntry, item: EntryItem) -> dict[str, Any]:
    side = "WRSOL" if item.amount > 0 else "WRHAB"
    return {
        "BUKRS": entry.company_code, "HKONT": item.account, "SGTXT": item.text,
        side: str(abs(item.amount)), "PS_POSID": item.wbs_element, "ZUONR": item.assignment,
    }  # fmt: skip


def _values(columns: dict[str, str], filled: dict[str, Any]) -> _Row:
    return tuple(filled.get(name, "") for name in columns)


def _read_block(rows: Sequence[_Row]) -> JournalEntry:
    head = _named(rows[1], rows[3])
    start = next(n for n, row in enumerate(rows) if row[2:3] == ("HKONT",))
    items = [_named(rows[start], row) for row in rows[start + 2 :] if any(row)]
    first, second = (
        EntryItem(
            account=item["HKONT"],
            amount=Decimal(item.get("WRSOL", "0")) - Decimal(item.get("WRHAB", "0")),
            text=item.get("SGTXT", ""),
            assignment=item.get("ZUONR", ""),
            wbs_element=item.get("PS_POSID", ""),
        )
        for item in items
    )
    return JournalEntry(
        posting_key=key_in(first.text, second.text),
        entry_id="",
        reference=head["XBLNR"],
        header_text=head["BKTXT"],
        company_code=head["BUKRS"],
        work_date=head["BLDAT"].date(),
        accounting_date=head["BUDAT"].date(),
        currency_code=head["WAERS"],
        items=(first, second),
    )


def _named(names: _Row, values: _Row) -> dict[str, Any]:
    pairs = zip(names, values, strict=False)
    return {name: value for name, value in pairs if name and value is not None}
