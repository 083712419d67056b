"""What Business Central holds under our document numbers, in our journals and in the ledger.

Here: the questions of the posting step and the reading of their answers. Not here: making and
posting journals (`business_central`), extraction of the ledger (`pipelines.business_central`).

A general ledger entry shows number and description of its journal line, so the entry of a
document's first line is known by its description, the posting key, and the hours stand in the
description of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tieout.domain.errors import SystemUnreachable
from tieout.posting.delivery.base import Found, FoundState
from tieout.posting.delivery.business_central_api import Company
from tieout.posting.writers.business_central_documents import figures_in, key_text
from tieout.posting.writers.business_central_lines import document_number

NUMBERS_PER_QUERY: Final = 40
"""Document numbers in one filter: the address then stays below two thousand characters."""
JOURNAL_NAME_LENGTH: Final = 50


class Books:
    """Questions to one company.

    Args:
        company: the company.
    """

    def __init__(self, company: Company) -> None:
        self._company = company
        self._currency: str | None = None
        self.journal_name = f"Tieout {company.system_id}"[:JOURNAL_NAME_LENGTH]
        """Display name of every journal of this system: how they are found again."""

    def held(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """Objects under each posting key, oldest first; a key without one is missing.

        Journals are read before the ledger: a document that is posted between the two is seen in
        the ledger, and one that is in neither cannot be posted any more. What stands in the
        ledger hides what stands in a journal, which the next sending deletes.

        Raises:
            SystemUnreachable: when there is no usable answer.
        """
        wanted = list(dict.fromkeys(keys))
        drafts = self._drafts(wanted)
        posted = self.posted(wanted)
        both = {key: posted.get(key) or drafts.get(key, []) for key in wanted}
        return {key: found for key, found in both.items() if found}

    def posted(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """Entries of the general ledger under each posting key, oldest first.

        Raises:
            SystemUnreachable: when there is no usable answer.
        """
        found: dict[str, list[Found]] = {}
        for start in range(0, len(keys), NUMBERS_PER_QUERY):
            numbers = {document_number(key): key for key in keys[start : start + NUMBERS_PER_QUERY]}
            listed = " or ".join(f"documentNumber eq '{number}'" for number in numbers)
            rows = self._company.rows("generalLedgerEntries", {"$filter": listed})
            for entry in self._read(rows, numbers, "entryNumber", "posted"):
                found.setdefault(entry.posting_key, []).append(entry)
        return found

    def journals(self) -> list[str]:
        """Ids of the journals of this system that exist now.

        Raises:
            SystemUnreachable: when there is no usable answer.
        """
        rows = self._company.rows(
            "journals", {"$filter": f"displayName eq {_text(self.journal_name)}"}
        )
        try:
            return [str(row["id"]) for row in rows if row["displayName"] == self.journal_name]
        except KeyError as problem:
            raise self._unusable(f"a journal without {problem}") from None

    def currency(self) -> str:
        """Code of the company's own currency, asked for once.

        Raises:
            SystemUnreachable: when there is no usable answer.
        """
        if self._currency is None:
            rows = self._company.rows("generalLedgerSetup")
            if len(rows) != 1 or not rows[0].get("localCurrencyCode"):
                raise self._unusable("a general ledger setup without a currency")
            self._currency = str(rows[0]["localCurrencyCode"])
        return self._currency

    def _drafts(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        numbers = {document_number(key): key for key in keys}
        found: dict[str, list[Found]] = {}
        for journal in self.journals():
            rows = self._company.rows(f"journals({journal})/journalLines", may_be_gone=True)
            for line in self._read(rows, numbers, "lineNumber", "draft"):
                found.setdefault(line.posting_key, []).append(line)
        return found

    def _read(
        self,
        rows: Sequence[Mapping[str, Any]],
        numbers: Mapping[str, str],
        order: str,
        state: FoundState,
    ) -> Iterator[Found]:
        """The first lines of documents that are ours, with the hours of the other lines."""
        try:
            ordered = sorted(rows, key=lambda row: row[order])
            hours = {
                row["documentNumber"]: figures["h"]
                for row in ordered
                if (figures := figures_in(row["description"]))
            }
            for row in ordered:
                key = numbers.get(row["documentNumber"])
                if key is not None and row["description"] == key_text(key):
                    yield Found(
                        posting_key=key,
                        erp_id=str(row["id"]),
                        record_type="gl_entry" if state == "posted" else "journal_line",
                        accounting_date=date.fromisoformat(row["postingDate"]),
                        hours=Decimal(hours.get(row["documentNumber"], "0")),
                        amount=_signed(row, state),
                        currency_code=self.currency(),
                        state=state,
                    )
        except (KeyError, TypeError, ValueError, InvalidOperation) as problem:
            raise self._unusable(f"a line that cannot be read ({problem!r})") from None

    def _unusable(self, what: str) -> SystemUnreachable:
        return SystemUnreachable(
            self._company.system_id,
            f"Business Central answered {what}",
            "check the API version and the rights of the integration user, then run again",
        )


def _signed(row: Mapping[str, Any], state: FoundState) -> Decimal:
    """Debit minus credit; a journal line has one signed amount."""
    if state == "draft":
        return _exact(row["amount"])
    return _exact(row["debitAmount"]) - _exact(row["creditAmount"])


def _text(value: str) -> str:
    """A text as an OData literal."""
    return "'" + value.replace("'", "''") + "'"


def _exact(value: Any) -> Decimal:
    """A JSON number as it was written."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
