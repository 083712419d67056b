"""What one posting line becomes in SAP S/4HANA Cloud: a journal entry of two balanced items.

Here: `JournalEntry`, its making from a posting line, and where each figure stands in SAP's fields,
so that message, upload sheet, look-up and read-back agree. Not here: the files (`sap_s4hana`,
`sap_s4hana_message`, `sap_s4hana_upload`), sending (`tieout.posting.delivery.sap_s4hana`).

| field (length) | holds |
|---|---|
| DocumentReferenceID (16) | digest of the posting key; look-ups ask for it |
| DocumentItemText (50) of both items, joined | the whole posting key, a blank written %20 |
| AssignmentReference (18), item 1 / item 2 | digest of the batch id / the worker |
| DocumentHeaderText (25) | hours and bill value: `7.5h 1387.50USD` |
| DocumentDate / PostingDate | day of the work / accounting date |

Item 1 is the cost account, with the project as WBS element; item 2 the other side, without. Amounts
are in the entity's currency. A positive cost debits item 1; a negative one (a reversal) credits it:
SAP wants the sign and the debit/credit code to agree. Lengths: the field lists of SAP's own client
library for `A_OperationalAcctgDocItemCube`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import polars as pl

from tieout.domain.keys import shorten

REFERENCE_LENGTH: Final = 16
ASSIGNMENT_LENGTH: Final = 18
MESSAGE_ID_LENGTH: Final = 35
HEADER_TEXT_LENGTH: Final = 25
ITEM_TEXT_LENGTH: Final = 50
KEY_LENGTH_MAX: Final = 2 * ITEM_TEXT_LENGTH
COMPANY_CODE_LENGTH: Final = 4
ACCOUNT_LENGTH: Final = 10
WBS_LENGTH: Final = 24
AMOUNT_MAX: Final = Decimal(10) ** 13
CENT: Final = Decimal("0.01")
_HEADER_TEXT = re.compile(r"(-?\d+(?:\.\d{1,4})?)h(?: (-?\d+(?:\.\d{1,4})?)([A-Z]{3}))?")
_UNWRITABLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    "\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff]"
)
"""Control characters, blanks other than the plain one, and what needs more than 16 bits."""


class Unpostable(ValueError):  # noqa: N818 - named for what it says about the line
    """A posting line from which no journal entry can be made."""

    def __init__(self, reason_code: str, message: str) -> None:
        self.reason_code, self.message = reason_code, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class EntryItem:
    """One item; `amount` is positive on the debit side and negative on the credit side."""

    account: str
    amount: Decimal
    text: str
    assignment: str
    wbs_element: str = ""

    @property
    def debit_credit_code(self) -> str:
        """`S` for debit, `H` for credit."""
        return "S" if self.amount > 0 else "H"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One journal entry; `entry_id` is its id inside a message, echoed by the confirmation."""

    posting_key: str
    entry_id: str
    reference: str
    header_text: str
    company_code: str
    work_date: date
    accounting_date: date
    currency_code: str
    items: tuple[EntryItem, EntryItem]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line from which no journal entry can be made, and why."""

    posting_key: str
    reason_code: str
    message: str


def split(lines: pl.DataFrame, batch_id: str) -> tuple[list[JournalEntry], list[Refused]]:
    """The journal entries of a batch, in the order of its lines, and the lines that make none.

    Args:
        lines: columns of `tieout.posting.columns.POSTING_COLUMNS`.
        batch_id: the batch's id, which every entry carries.
    """
    entries: list[JournalEntry] = []
    refused: list[Refused] = []
    for line in lines.iter_rows(named=True):
        try:
            entries.append(entry_of(line, batch_id))
        except Unpostable as problem:
            refused.append(Refused(line["posting_key"], problem.reason_code, problem.message))
    return entries, refused


def entry_of(line: Mapping[str, Any], batch_id: str) -> JournalEntry:
    """The journal entry of one posting line.

    Raises:
        Unpostable: if a reference or amount is missing or does not fit SAP's field.
    """
    key: str = line["posting_key"]
    company = line["legal_entity_id"] or ""
    if len(company) != COMPANY_CODE_LENGTH:
        raise Unpostable("REF_INVALID", f"{company!r} is no company code of four characters")
    accounts = _account(line, "debit_account_code"), _account(line, "credit_account_code")
    project = line["erp_project_id"] or ""
    if len(project) > WBS_LENGTH or _UNWRITABLE.search(project):
        raise Unpostable("PROJECT_UNMAPPED", f"{project!r} is no WBS element")
    cost = _money(line["cost_amount_functional"])
    first, second = key_texts(key)
    worker = line["erp_worker_id"] or line["worker_id"] or ""
    return JournalEntry(
        posting_key=key,
        entry_id=entry_id_of(key, batch_id),
        reference=reference_of(key),
        header_text=_header_text(line),
        company_code=company,
        work_date=line["work_date"],
        accounting_date=line["accounting_date"],
        currency_code=line["functional_currency_code"],
        items=(
            EntryItem(accounts[0], cost, first, batch_mark(batch_id), project),
            EntryItem(accounts[1], -cost, second, shorten(_plain_text(worker), ASSIGNMENT_LENGTH)),
        ),
    )


def reference_of(key: str) -> str:
    """The digest of a posting key that stands in DocumentReferenceID.

    Never the key itself, so that SAP's habit of writing references in capitals changes nothing.
    """
    return shorten(key.ljust(REFERENCE_LENGTH + 1), REFERENCE_LENGTH)


def entry_id_of(key: str, batch_id: str) -> str:
    """The id of an entry inside a message: of this attempt only.

    A confirmation of an earlier batch must not be taken for the answer to a later one.
    """
    return shorten(f"{key} {batch_id}".ljust(MESSAGE_ID_LENGTH + 1), MESSAGE_ID_LENGTH)


def batch_mark(batch_id: str) -> str:
    """The digest of a batch id that stands in AssignmentReference of item 1."""
    return shorten(batch_id.ljust(ASSIGNMENT_LENGTH + 1), ASSIGNMENT_LENGTH)


def key_texts(key: str) -> tuple[str, str]:
    """A posting key as two item texts; a blank is written %20, which no posting key holds itself.

    Raises:
        Unpostable: if it does not fit or holds a character that XML or SAP cannot carry.
    """
    text = key.replace(" ", "%20")
    if len(text) > KEY_LENGTH_MAX:
        raise Unpostable(
            "REJECTED",
            f"the posting key has {len(text)} characters, SAP's item texts hold {KEY_LENGTH_MAX}",
        )
    if _UNWRITABLE.search(text):
        raise Unpostable("REJECTED", "the posting key holds a character that SAP cannot store")
    return text[:ITEM_TEXT_LENGTH], text[ITEM_TEXT_LENGTH:]


def key_in(first: str, second: str) -> str:
    """The posting key that two item texts hold."""
    return (first + second).replace("%20", " ")


def figures_in(header_text: str) -> tuple[Decimal, Decimal, str] | None:
    """Hours, bill value and its currency as a header text says them; None when it is not ours."""
    match = _HEADER_TEXT.fullmatch(header_text)
    if match is None:
        return None
    return Decimal(match[1]), Decimal(match[2] or 0), match[3] or ""


def _header_text(line: Mapping[str, Any]) -> str:
    bill, currency = line["bill_amount_contract"], line["contract_currency_code"]
    text = f"{_plain(line['hours'])}h"
    if bill and currency:
        text += f" {_plain(bill)}{currency}"
    if len(text) > HEADER_TEXT_LENGTH:
        raise Unpostable(
            "AMOUNT_MISMATCH", f"{text!r} is longer than SAP's {HEADER_TEXT_LENGTH} characters"
        )
    return text


def _account(line: Mapping[str, Any], name: str) -> str:
    account = line[name] or ""
    if not account:
        raise Unpostable("ACCOUNT_UNMAPPED", f"{name} is not in the account map")
    if len(account) > ACCOUNT_LENGTH or _UNWRITABLE.search(account):
        raise Unpostable("ACCOUNT_UNMAPPED", f"{account!r} is no G/L account of SAP")
    return str(account)


def _money(value: Decimal | None) -> Decimal:
    """An amount with two decimals; nothing is rounded."""
    if not value:
        raise Unpostable("AMOUNT_MISMATCH", "the line has no amount; SAP posts no entry of zero")
    if abs(value) >= AMOUNT_MAX:
        raise Unpostable("AMOUNT_MISMATCH", "SAP takes 13 digits before the point")
    cents = value.quantize(CENT)
    if cents != value:
        raise Unpostable("AMOUNT_MISMATCH", "the cost has parts of a cent")
    return cents


def _plain(value: Decimal) -> str:
    """A decimal as plain text without trailing zeros: `7.5`."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _plain_text(text: str) -> str:
    return _UNWRITABLE.sub(" ", text).strip()
