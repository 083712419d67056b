"""What Oracle Fusion holds under our keys: project costs and journals, asked by REST.

Here: the look-ups of the posting step. Not here: jobs and their reports (`oracle_fusion_jobs`),
extraction of the books into the warehouse (`pipelines.oracle_fusion`).

Facts: `projectCosts` with OriginalTransactionReference, TransactionNumber, Quantity,
UnitOfMeasureCode, RawCostInProviderLedgerCurrency, ProviderLedgerCurrencyCode, TransactionSource.
Assumed: its AccountingDate, and that `journalBatches` can be asked for batches whose Name begins
with a text, expanded by their headers and lines (AccountedDebit, AccountedCredit, Status `P` when
posted). A batch holds one journal of ours, whose first line is the cost side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import polars as pl

from tieout.posting.delivery.base import FOUND_COLUMNS
from tieout.posting.delivery.oracle_fusion_rest import Fusion, figure, literal
from tieout.posting.writers.oracle_fusion_lines import COST, JOURNAL, journal_name, reference

KEYS_PER_QUERY: Final = 20
JOURNAL_PREFIX: Final = "journal:"
"""A journal and a cost may have the same number, so a journal's id says what it is."""
COST_RESOURCE: Final = "projectCosts"
JOURNAL_RESOURCE: Final = "journalBatches"
COST_FIELDS: Final = (
    "TransactionNumber,OriginalTransactionReference,AccountingDate,Quantity,UnitOfMeasureCode,"
    "RawCostInProviderLedgerCurrency,ProviderLedgerCurrencyCode"
)
POSTED: Final = "P"

Row = tuple[object, ...]


class Books:
    """Look-ups at one pod.

    Args:
        fusion: the pod.
        transaction_source: source of our project costs; references are unique within it.
        journal_source: source of our journals.
    """

    def __init__(self, fusion: Fusion, transaction_source: str, journal_source: str) -> None:
        self._fusion = fusion
        self._transaction_source, self._journal_source = transaction_source, journal_source

    def held(self, keys: Sequence[str], kind: str | None = None) -> pl.DataFrame:
        """What Oracle holds under each key (`FOUND_COLUMNS`), oldest object of a key first.

        Args:
            keys: posting keys, any number.
            kind: `cost` or `journal` when the keys can only be of that kind.

        Raises:
            SystemUnreachable: Oracle gave no usable answer; it is never taken for "nothing".
        """
        wanted = list(dict.fromkeys(keys))
        rows: list[Row] = []
        for start in range(0, len(wanted), KEYS_PER_QUERY):
            chunk = wanted[start : start + KEYS_PER_QUERY]
            if kind != JOURNAL:
                rows += self._costs({reference(key): key for key in chunk})
            if kind != COST:
                rows += self._journals({journal_name(key): key for key in chunk})
        return pl.DataFrame(rows, schema=FOUND_COLUMNS, orient="row")

    def _costs(self, keys: Mapping[str, str]) -> Iterator[Row]:
        listed = ",".join(literal(short) for short in keys)
        query = (
            f"TransactionSource = {literal(self._transaction_source)} and "
            f"OriginalTransactionReference IN ({listed})"
        )
        found = list(self._fusion.rows(COST_RESOURCE, query, COST_FIELDS))
        for item in sorted(found, key=lambda row: int(row.get("TransactionNumber") or 0)):
            try:
                key = keys.get(item["OriginalTransactionReference"])
                if key is not None:
                    yield _cost(key, item)
            except (KeyError, TypeError, ValueError, InvalidOperation):
                raise self._fusion.unusable(COST_RESOURCE, item) from None

    def _journals(self, keys: Mapping[str, str]) -> Iterator[Row]:
        # a `_` in a name matches any character: what is too much is left out on reading
        likes = " or ".join(f"Name LIKE {literal(short + '%')}" for short in keys)
        query = f"JournalSource = {literal(self._journal_source)} and ({likes})"
        fields = "JeBatchId,Name,Status;journalHeaders:JeHeaderId,Name,CurrencyCode,AccountingDate"
        fields += ";journalHeaders.journalLines:JeLineNumber,AccountedDebit,AccountedCredit"
        found = list(self._fusion.rows(JOURNAL_RESOURCE, query, fields))
        for batch in sorted(found, key=lambda row: int(row.get("JeBatchId") or 0)):
            try:
                yield from _journal(keys, batch)
            except (KeyError, TypeError, ValueError, InvalidOperation):
                raise self._fusion.unusable(JOURNAL_RESOURCE, batch) from None


def _cost(key: str, item: Mapping[str, Any]) -> Row:
    hours = figure(item["Quantity"]) if item["UnitOfMeasureCode"] == "HOURS" else Decimal(0)
    return (
        key,
        str(item["TransactionNumber"]),
        "project_cost",
        date.fromisoformat(item["AccountingDate"]),
        hours,
        Decimal(str(item["RawCostInProviderLedgerCurrency"])),
        item["ProviderLedgerCurrencyCode"],
        "posted",
    )


def _journal(keys: Mapping[str, str], batch: Mapping[str, Any]) -> Iterator[Row]:
    """The journals of a batch that are ours: Oracle adds words behind the name we gave."""
    for header in batch["journalHeaders"]["items"]:
        name = f"{header['Name']} "
        key = next((keys[short] for short in keys if name.startswith(f"{short} ")), None)
        if key is None:
            continue
        lines = sorted(header["journalLines"]["items"], key=lambda line: line["JeLineNumber"])
        amount = figure(lines[0]["AccountedDebit"]) - figure(lines[0]["AccountedCredit"])
        yield (
            key,
            f"{JOURNAL_PREFIX}{header['JeHeaderId']}",
            "journal_entry",
            date.fromisoformat(header["AccountingDate"]),
            Decimal(0),
            amount,
            header["CurrencyCode"],
            "posted" if batch["Status"] == POSTED else "draft",
        )
