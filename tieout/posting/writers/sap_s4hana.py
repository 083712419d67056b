"""SAP S/4HANA Cloud's files: the SOAP messages that are sent, and a spreadsheet to post by hand.

Here: `SapWriter` and `read_files`, its inverse. Not here: what an entry holds
(`sap_s4hana_entries`), the two formats (`sap_s4hana_message`, `sap_s4hana_upload`), sending
(`tieout.posting.delivery.sap_s4hana`).

SAP documents no largest message; 500 entries a file is this product's own bound.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from tieout.domain.keys import shorten
from tieout.posting.writers.base import BatchHeader
from tieout.posting.writers.sap_s4hana_entries import (
    JournalEntry,
    Refused,
    batch_mark,
    figures_in,
    split,
)
from tieout.posting.writers.sap_s4hana_message import message_of, read_message
from tieout.posting.writers.sap_s4hana_upload import read_upload, upload_sheet

ENTRIES_MAX: Final = 500
MESSAGE_SUFFIX: Final = ".xml"
UPLOAD_SUFFIX: Final = ".xlsx"
_BATCH_PART: Final = 31
READ_COLUMNS: Final = {
    "posting_key": pl.String(),
    "company_code": pl.String(),
    "accounting_date": pl.Date(),
    "work_date": pl.Date(),
    "hours": pl.Decimal(18, 4),
    "amount": pl.Decimal(18, 4),
    "currency_code": pl.String(),
    "bill_amount": pl.Decimal(18, 4),
    "bill_currency_code": pl.String(),
    "debit_account_code": pl.String(),
    "credit_account_code": pl.String(),
    "project": pl.String(),
    "worker": pl.String(),
}
"""Columns of `read_files`; `amount` is the cost in the entity's currency, signed."""


class SapWriter:
    """Writes the files of a batch.

    Args:
        entries_max: entries per file, lower in tests.
    """

    def __init__(self, entries_max: int = ENTRIES_MAX) -> None:
        self._entries_max = entries_max

    def files(self, lines: pl.DataFrame, header: BatchHeader) -> dict[str, bytes]:
        """Messages, spreadsheets, and a list of lines from which no entry can be made."""
        entries, refused = split(lines, header.batch_id)
        files: dict[str, bytes] = {}
        for start in range(0, len(entries), self._entries_max):
            chunk = entries[start : start + self._entries_max]
            number = start // self._entries_max + 1
            message_id = f"{shorten(header.batch_id, _BATCH_PART)}-{number:03d}"
            name = f"{header.batch_id}-journal-entries-{number:03d}"
            files[name + MESSAGE_SUFFIX] = message_of(message_id, header.created_at, chunk)
            upload = upload_sheet(chunk, batch_mark(header.batch_id))
            files[f"{header.batch_id}-upload-{number:03d}{UPLOAD_SUFFIX}"] = upload
        if refused or not files:
            files[f"{header.batch_id}-not-sent.csv"] = _csv(refused)
        return files


def create_writer() -> SapWriter:
    """The writer of SAP's files."""
    return SapWriter()


def read_files(files: dict[str, bytes]) -> pl.DataFrame:
    """The posting lines in the messages among some files (`READ_COLUMNS`), in their order.

    Raises:
        ValueError: if a message is not one of ours.
    """
    messages = [files[name] for name in sorted(files) if name.endswith(MESSAGE_SUFFIX)]
    return _frame(entry for data in messages for entry in read_message(data).entries)


def read_uploads(files: dict[str, bytes]) -> pl.DataFrame:
    """The posting lines in the spreadsheets among some files (`READ_COLUMNS`), in their order.

    Raises:
        ValueError: if a sheet does not have the template's layout.
    """
    sheets = [files[name] for name in sorted(files) if name.endswith(UPLOAD_SUFFIX)]
    return _frame(entry for data in sheets for entry in read_upload(data))


def _frame(entries: Iterable[JournalEntry]) -> pl.DataFrame:
    return pl.DataFrame([_row(entry) for entry in entries], schema=READ_COLUMNS, orient="row")


def _row(entry: JournalEntry) -> tuple[object, ...]:
    figures = figures_in(entry.header_text)
    cost, other = entry.items
    if figures is None or cost.amount + other.amount != 0:
        raise ValueError(f"the journal entry {entry.posting_key} is not whole")
    hours, bill, bill_currency = figures
    return (
        entry.posting_key, entry.company_code, entry.accounting_date, entry.work_date, hours,
        cost.amount, entry.currency_code, bill, bill_currency, cost.account, other.account,
        cost.wbs_element, other.assignment,
    )  # fmt: skip


def _csv(refused: Sequence[Refused]) -> bytes:
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("posting_key", "reason_code", "message"))
    out.writerows((row.posting_key, row.reason_code, row.message) for row in refused)
    return text.getvalue().encode("utf-8")
