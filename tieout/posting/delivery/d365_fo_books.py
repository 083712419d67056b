"""What Dynamics 365 F&O holds, asked by OData: our journals, and lines under our keys.

Here: what is asked by the posting step. Not here: pages and values (`d365_fo_odata`), imports
(`d365_fo_packages`), extraction of the books into the warehouse (`pipelines.d365_fo`).

A journal is found by its description, the batch's id; a line by its text, the posting key. "In the
books" is never one field: an hour line has a project transaction (`PSAActuals`, whose date and
amount count: posting may move a date), other lines stand in a posted journal. Texts are compared
here once more, because the database compares them without regard to case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import polars as pl

from tieout.domain.keys import parse_posting_key
from tieout.http.session import ApiSession
from tieout.posting.delivery.base import FOUND_COLUMNS, LineResult
from tieout.posting.delivery.d365_fo_odata import OData, literal
from tieout.posting.writers.d365_fo_columns import TEXT_MAX, key_texts


@dataclass(frozen=True)
class Kind:
    """One kind of journal as OData shows it.

    Attributes:
        record_type: what read-back calls its lines.
        headers: entity set of journals.
        posted: field of a journal that says whether it is posted.
        lines: entity set of lines.
        journal: field of a line that names its journal.
        texts: fields of a line that hold the posting key, in order.
        fields: further fields of a line that are read.
    """

    record_type: str
    headers: str
    posted: str
    lines: str
    journal: str
    texts: tuple[str, ...]
    fields: tuple[str, ...]


HOURS: Final = Kind(
    "hour_journal_line", "JournalTables", "Posted", "JournalTrans", "JournalId", ("Description",),
    ("Hours", "VoucherDate", "TransactionID"),
)  # fmt: skip
EXPENSES: Final = Kind(
    "expense_journal_line", "ExpenseJournalHeaders", "IsPosted", "ExpenseJournalLines",
    "JournalBatchNumber", ("Text", "OffsetTransactionText"),
    ("VoucherDate", "DebitAmount", "CreditAmount", "CurrencyCode"),
)  # fmt: skip
GENERAL: Final = Kind(
    "general_journal_line", "LedgerJournalHeaders", "IsPosted", "LedgerJournalLines",
    "JournalBatchNumber", ("Text", "OffsetText"),
    ("TransDate", "DebitAmount", "CreditAmount", "CurrencyCode"),
)  # fmt: skip
KINDS: Final = (HOURS, EXPENSES, GENERAL)


@dataclass(frozen=True)
class Journal:
    """One journal of a batch: its kind, company and number, and whether it is posted."""

    kind: Kind
    company: str
    number: str
    is_posted: bool


class Books:
    """OData questions to one environment, in every company.

    Args:
        session: session that authenticates itself.
    """

    def __init__(self, session: ApiSession) -> None:
        self._odata = OData(session)

    def journals(self, batch: str) -> list[Journal]:
        """Every journal with a batch's description, of any kind and state.

        Raises:
            SystemUnreachable: there was no usable answer; it is never taken for "none".
        """
        return [
            Journal(
                kind,
                self._odata.text(row, "dataAreaId"),
                self._odata.text(row, "JournalBatchNumber"),
                self._odata.text(row, kind.posted) == "Yes",
            )
            for kind in KINDS
            for row in self._odata.rows(kind.headers, f"Description eq {literal(batch)}")
            if row.get("Description") == batch
        ]

    def has_lines(self, journal: Journal) -> bool:
        """Whether a journal has any line."""
        return bool(self._lines(journal, "$top=1"))

    def accepted(self, journal: Journal) -> list[LineResult]:
        """The lines of a posted journal whose text is a whole posting key."""
        found = []
        for row in self._lines(journal):
            key = self._key(journal.kind, row)
            if parse_posting_key(key) is not None:
                found.append(LineResult(key, "accepted", self._erp_id(journal.kind, row)))
        return found

    def held(self, keys: Sequence[str]) -> pl.DataFrame:
        """What is held under each posting key (`FOUND_COLUMNS`), oldest first.

        Raises:
            SystemUnreachable: there was no usable answer; it is never taken for "nothing".
        """
        found: list[tuple[Any, ...]] = []
        for kind in KINDS:
            written = {"".join(key_texts(key, len(kind.texts))): key for key in keys}
            firsts = [text[:TEXT_MAX] for text in written]
            rows = [
                row
                for row in self._odata.where(kind.lines, kind.texts[0], firsts)
                if self._key(kind, row) in written
            ]
            rows.sort(key=lambda row, kind=kind: (str(row[kind.journal]), row["LineNumber"]))
            shown = self._hours(rows) if kind is HOURS else self._amounts(kind, rows)
            found += [
                (written[self._key(kind, row)], self._erp_id(kind, row), kind.record_type, *figures)
                for row, figures in zip(rows, shown, strict=True)
            ]
        return pl.DataFrame(found, schema=FOUND_COLUMNS, orient="row")

    def _hours(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """Date, hours, amount, currency and state of hour lines, as their transactions say."""
        wanted = [str(row["TransactionID"]) for row in rows if row.get("TransactionID")]
        actuals = {
            (self._odata.text(row, "dataAreaId"), self._odata.text(row, "TransId")): row
            for row in self._odata.where("PSAActuals", "TransId", wanted)
        }
        currencies = self._currencies() if rows else {}
        for row in rows:
            company = self._odata.text(row, "dataAreaId")
            actual = actuals.get((company, str(row.get("TransactionID"))))
            currency = currencies.get(company)
            if currency is None:
                raise self._odata.unusable(f"no ledger of company {company}")
            if actual is None:
                yield (
                    self._odata.day(row, "VoucherDate"),
                    self._odata.number(row, "Hours"),
                    Decimal(0),
                    currency,
                    "draft",
                )
            else:
                yield (
                    self._odata.day(actual, "LedgerTransDate"),
                    self._odata.number(actual, "Qty"),
                    self._odata.number(actual, "AmountMst"),
                    currency,
                    "posted",
                )

    def _amounts(self, kind: Kind, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """Date, hours (none), amount, currency and state of lines of ledger journals."""
        numbers = [self._odata.text(row, kind.journal) for row in rows]
        posted = {
            (self._odata.text(row, "dataAreaId"), self._odata.text(row, "JournalBatchNumber"))
            for row in self._odata.where(kind.headers, "JournalBatchNumber", numbers)
            if self._odata.text(row, kind.posted) == "Yes"
        }
        for row in rows:
            is_posted = (
                self._odata.text(row, "dataAreaId"),
                self._odata.text(row, kind.journal),
            ) in posted
            net = self._odata.number(row, "DebitAmount") - self._odata.number(row, "CreditAmount")
            yield (
                self._odata.day(row, kind.fields[0]),
                Decimal(0),
                net,
                self._odata.text(row, "CurrencyCode"),
                "posted" if is_posted else "draft",
            )

    def _currencies(self) -> dict[str, str]:
        """Company -> accounting currency."""
        return {
            self._odata.text(row, "LegalEntityId").lower(): self._odata.text(
                row, "AccountingCurrency"
            )
            for row in self._odata.rows("Ledgers", "")
        }

    def _lines(self, journal: Journal, *more: str) -> list[dict[str, Any]]:
        kind = journal.kind
        condition = (
            f"dataAreaId eq {literal(journal.company)} and "
            f"{kind.journal} eq {literal(journal.number)}"
        )
        return self._odata.rows(kind.lines, condition, *more)

    def _key(self, kind: Kind, row: Mapping[str, Any]) -> str:
        return "".join(str(row.get(name) or "") for name in kind.texts)

    def _erp_id(self, kind: Kind, row: Mapping[str, Any]) -> str:
        """Company, journal and line, as the read-back calls the line."""
        whole, _, places = f"{self._odata.number(row, 'LineNumber'):f}".partition(".")
        number = f"{whole}.{places}".rstrip("0").rstrip(".") if places else whole
        company = self._odata.text(row, "dataAreaId")
        return f"{company}:{self._odata.text(row, kind.journal)}:{number}"
