"""What SAP S/4HANA Cloud holds, asked by OData: journal entries under our references.

Here: the questions of the posting step and the reading of their answers. Not here: sending
(`sap_s4hana`), extraction of the books into the warehouse (`pipelines.sap_s4hana`).

Asked is `A_OperationalAcctgDocItemCube`, one row per item. (`A_JournalEntryItemBasic` has neither
document number nor reference: SAP's client library lists its fields.) Only posted entries are in
it. An entry that a person reversed is shown as a draft, so that it counts neither as booked nor as
missing; the reversing entry, which SAP gives the same reference, is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, Final

import polars as pl

from tieout.domain.errors import SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.delivery.base import FOUND_COLUMNS
from tieout.posting.writers.sap_s4hana_entries import figures_in, reference_of

ENDPOINT: Final = "sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube"
KEYS_PER_QUERY: Final = 60
ROWS_PER_PAGE: Final = 1000
PAGES_MAX: Final = 1000
KEY_FIELDS: Final = ("CompanyCode", "FiscalYear", "AccountingDocument", "AccountingDocumentItem")
FIELDS: Final = (
    *KEY_FIELDS, "PostingDate", "DocumentReferenceID", "AccountingDocumentHeaderText",
    "DebitCreditCode", "AmountInCompanyCodeCurrency", "CompanyCodeCurrency", "IsReversal",
    "IsReversed",
)  # fmt: skip
_DAY = re.compile(r"/Date\((-?\d+)\)/")


class Books:
    """OData questions to one SAP tenant.

    Args:
        session: session with credentials.
    """

    def __init__(self, session: ApiSession) -> None:
        self._session = session

    def held(self, keys: Sequence[str]) -> pl.DataFrame:
        """Journal entries under each posting key (`FOUND_COLUMNS`), oldest of a key first.

        Raises:
            SystemUnreachable: when there is no usable answer; it is never taken for "nothing".
        """
        by_reference = {reference_of(key): key for key in keys}
        references = list(by_reference)
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(references), KEYS_PER_QUERY):
            asked = references[start : start + KEYS_PER_QUERY]
            wanted = " or ".join(f"DocumentReferenceID eq '{name}'" for name in asked)
            for items in self._documents(wanted):
                key = by_reference.get(str(items[0]["DocumentReferenceID"]).upper())
                if key is not None:
                    rows.append(self._found(key, items))
        return pl.DataFrame(rows, schema=FOUND_COLUMNS, orient="row")

    def holds_batch(self, mark: str) -> bool:
        """Whether any entry of a batch is in the books.

        Args:
            mark: `tieout.posting.writers.sap_s4hana_entries.batch_mark` of the batch.

        Raises:
            SystemUnreachable: when there is no usable answer.
        """
        rows, _ = self._page(f"AssignmentReference eq '{mark}'", 0, rows=1)
        return bool(rows)

    def _documents(self, wanted: str) -> Iterator[list[dict[str, Any]]]:
        """The items of each journal entry that is wanted, entry by entry, oldest first."""
        rows: list[dict[str, Any]] = []
        for _ in range(PAGES_MAX):
            page, has_more = self._page(wanted, len(rows))
            rows += page
            if not page or not has_more:
                break
        else:
            raise self._unusable(b"pages without an end")
        rows.sort(key=lambda row: (row["FiscalYear"], *(row[name] for name in KEY_FIELDS)))
        for _, items in groupby(rows, lambda row: tuple(row[name] for name in KEY_FIELDS[:3])):
            document = list(items)
            if not document[0]["IsReversal"]:
                yield document

    def _page(
        self, wanted: str, skip: int, rows: int = ROWS_PER_PAGE
    ) -> tuple[list[dict[str, Any]], bool]:
        """Some rows from a position on, and whether there may be more."""
        response = self._session.request(
            "GET",
            ENDPOINT,
            params={
                "$filter": wanted,
                "$select": ",".join(FIELDS),
                "$orderby": ",".join(KEY_FIELDS),
                "$top": rows,
                "$skip": skip,
                "$format": "json",
            },
            headers={"Accept": "application/json"},
        )
        try:
            answer = json.loads(response.content, parse_float=Decimal)
            results = answer["d"]["results"]
        except (ValueError, KeyError, TypeError):
            raise self._unusable(response.content) from None
        if not isinstance(results, list) or not all(_is_row(row) for row in results):
            raise self._unusable(response.content)
        return results, len(results) >= rows or "__next" in answer["d"]

    def _found(self, key: str, items: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
        """One journal entry as a row of `FOUND_COLUMNS`; its first item is the cost."""
        first = items[0]
        try:
            amount = abs(Decimal(first["AmountInCompanyCodeCurrency"]))
            figures = figures_in(first["AccountingDocumentHeaderText"] or "")
            return (
                key,
                f"{first['CompanyCode']}/{first['AccountingDocument']}/{first['FiscalYear']}",
                "journal_entry",
                odata_day(first["PostingDate"]),
                Decimal(0) if figures is None else figures[0],
                amount if first["DebitCreditCode"] == "S" else -amount,
                first["CompanyCodeCurrency"],
                "draft" if first["IsReversed"] else "posted",
            )
        except (KeyError, TypeError, ValueError, InvalidOperation):
            raise self._unusable(json.dumps(first, default=str).encode()) from None

    def _unusable(self, raw: bytes) -> SystemUnreachable:
        return SystemUnreachable(
            self._session.system_id,
            f"a question was answered with {raw[:200]!r}",
            "an outage or login page, or a truncated answer: run the same command again",
        )


def _is_row(row: object) -> bool:
    """Whether an answer's row has every property that was asked for."""
    return isinstance(row, dict) and all(name in row for name in FIELDS)


def odata_day(text: str) -> date:
    """The day in OData's `/Date(milliseconds)/`.

    Raises:
        ValueError: if it is none.
    """
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no OData date")
    return datetime.fromtimestamp(int(match[1]) // 1000, tz=UTC).date()
