"""What one posting line becomes in Business Central: a document of two or four journal lines.

Here: `Document`, its making from a posting line, and the texts its lines carry. The package shows
it (`business_central`) and the delivery sends it (`tieout.posting.delivery.business_central`), so
both say the same. Not here: which lines get this far (`business_central_lines`).

Debit labour (or expense) cost, credit its clearing account, in the company's currency; and where
there is a bill value, debit work in progress, credit accrued revenue. Business Central shows a
positive amount as a debit and a negative one as a credit, so a reversal is the same lines with the
signs turned. The first line's description is the posting key; the description of the others says
what general ledger entries have no field for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from tieout.domain.keys import shorten
from tieout.posting.writers.business_central_lines import (
    DESCRIPTION_LENGTH,
    EXTERNAL_NUMBER_LENGTH,
    document_number,
)

LINES_MAX: Final = 4
CENT: Final = Decimal("0.01")
_SEPARATORS: Final = (("%", "%25"), (";", "%3B"))


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One general journal line. `amount` is signed, in the company's currency."""

    account_code: str
    amount: Decimal
    description: str


@dataclass(frozen=True, slots=True)
class Document:
    """The journal lines of one posting line; they share number and date and sum to zero."""

    posting_key: str
    number: str
    external_number: str
    posting_date: date
    currency_code: str
    comment: str
    lines: tuple[JournalLine, ...]


def document_of(line: Mapping[str, Any]) -> Document:
    """The document of one posting line that passed `business_central_lines.split`."""
    cost = line["cost_amount_functional"].quantize(CENT)
    text = figures_text(line)
    lines = [
        JournalLine(line["debit_account_code"], cost, key_text(line["posting_key"])),
        JournalLine(line["credit_account_code"], -cost, text),
    ]
    if line["bill_amount_contract"]:
        worth = line["bill_amount_functional"].quantize(CENT)
        lines += [
            JournalLine(line["wip_account_code"], worth, text),
            JournalLine(line["accrued_revenue_account_code"], -worth, text),
        ]
    return Document(
        posting_key=line["posting_key"],
        number=document_number(line["posting_key"]),
        external_number=shorten(line["posting_key"], EXTERNAL_NUMBER_LENGTH),
        posting_date=line["accounting_date"],
        currency_code=line["functional_currency_code"],
        comment=line["memo"],
        lines=tuple(lines),
    )


def key_text(posting_key: str) -> str:
    """The posting key as a description; one of more than 100 characters is shortened."""
    return shorten(posting_key, DESCRIPTION_LENGTH)


def figures_text(line: Mapping[str, Any]) -> str:
    """What a ledger entry cannot hold otherwise: `h=7.5;d=2026-06-15;b=1387.50 USD;w=AH;p=J10`.

    Hours, day of the work, bill value in contract currency, worker, project. A semicolon inside a
    value is written `%3B` and a percent sign `%25`. A description takes 100 characters: worker and
    project, which only people read here, are left out where they do not fit.
    """
    bill = line["bill_amount_contract"]
    parts = [f"h={plain(line['hours'])}", f"d={line['work_date'].isoformat()}"]
    if bill:
        parts.append(f"b={bill.quantize(CENT)} {line['contract_currency_code'] or ''}".rstrip())
    for name, value in (("w", line["erp_worker_id"]), ("p", line["erp_project_id"])):
        part = f"{name}={_escape(value or '')}"
        if value and len(";".join([*parts, part])) <= DESCRIPTION_LENGTH:
            parts.append(part)
    return ";".join(parts)


def figures_in(text: str) -> dict[str, str]:
    """The parts of a figures text by name; empty when the text is none."""
    if not text.startswith("h="):
        return {}
    parts = (part.partition("=") for part in text.split(";"))
    return {name: _unescape(value) for name, _, value in parts}


def plain(value: Decimal) -> str:
    """A decimal as plain text without trailing zeros: `7.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _escape(value: str) -> str:
    for character, code in _SEPARATORS:
        value = value.replace(character, code)
    return value


def _unescape(value: str) -> str:
    for character, code in reversed(_SEPARATORS):
        value = value.replace(code, character)
    return value
