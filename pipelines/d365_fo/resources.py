"""How F&O is read: which entity sets answer for which table, page after page.

Here: `D365FoExtractor`. Not here: renaming and joining (`records`), declared columns (`tables`),
landing itself (`pipelines.landing`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from pipelines.contracts import Page, Table, Window
from pipelines.d365_fo import records
from tieout.config import System
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.http import ApiSession
from tieout.posting.delivery.d365_fo import companies_of

PAGES_MAX: Final = 100_000
RATE_TYPE: Final = "Default"
Rows = list[dict[str, Any]]


class D365FoExtractor:
    """Pages through one F&O environment.

    Args:
        system: the system of firm.yml; options `companies` and `rate_type`.
        session: an authenticated session.
        now: the instant of the run; F&O shows no time of change, so it is not used.

    Raises:
        ConfigError: if option `companies` is no list of companies.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del now
        if session is None:
            raise ConfigError(f"system {system.id} needs an HTTP session")
        self._system, self._session = system, session
        self._entities = {company: entity for entity, company in companies_of(system).items()}
        self._rate_type = str(system.options.get("rate_type", RATE_TYPE))

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The answers for one table and window.

        Raises:
            SystemUnreachable: if an answer is no page of records, or lacks a field.
        """
        readers: dict[str, Callable[[Window], Iterator[Page]]] = {
            "journal_lines": self._journal_lines,
            "billed_hours": self._billed_hours,
            "accounting_periods": self._periods,
            "exchange_rates": self._rates,
            "workers": lambda _: self._plain("Workers", records.worker, ""),
            "projects": lambda _: self._plain("ProjectsV2", records.project, "dataAreaId"),
        }
        try:
            yield from readers[table.name](window)
        except (KeyError, TypeError, AttributeError) as problem:
            raise SystemUnreachable(
                self._system.id,
                f"{table.name}: a record without the field {problem}",
                "grant the integration user the entity, or report a changed entity",
            ) from problem

    def _journal_lines(self, window: Window) -> Iterator[Page]:
        yield from self._hours(window, self._hour_lines)
        for lines, headers, dated, make in (
            ("ExpenseJournalLines", "ExpenseJournalHeaders", "VoucherDate", records.expense_line),
            ("LedgerJournalLines", "LedgerJournalHeaders", "TransDate", records.general_line),
        ):
            posted = {
                (header["dataAreaId"], header["JournalBatchNumber"])
                for header in self._all(headers, "IsPosted eq 'Yes'")
            }
            for raw, rows in self._pages(lines, _from(dated, window)):
                found = [
                    {**make(row, (row["dataAreaId"], row["JournalBatchNumber"]) in posted),
                     **self._company(row["dataAreaId"])}
                    for row in rows if self._is_read(row["dataAreaId"])
                ]  # fmt: skip
                yield Page(raw, given=found)

    def _billed_hours(self, window: Window) -> Iterator[Page]:
        yield from self._hours(window, self._hours_billed)

    def _hours(self, window: Window, make: Callable[..., Rows]) -> Iterator[Page]:
        """Pages of hour journal lines with their project transactions and currencies."""
        actuals = {
            (row["dataAreaId"], row["TransId"]): row
            for row in self._all("PSAActuals", _from("LedgerTransDate", window))
        }
        currencies = {
            row["LegalEntityId"].lower(): row["AccountingCurrency"] for row in self._all("Ledgers")
        }
        for raw, rows in self._pages("JournalTrans", _from("VoucherDate", window)):
            mine = [row for row in rows if self._is_read(row["dataAreaId"])]
            yield Page(raw, given=make(mine, actuals, currencies))

    def _hour_lines(self, rows: Rows, actuals: Mapping[Any, Any], currencies: Any) -> Rows:
        return [
            {
                **records.hour_line(
                    row,
                    actuals.get((row["dataAreaId"], row["TransactionID"])),
                    currencies[row["dataAreaId"]],
                ),
                **self._company(row["dataAreaId"]),
            }
            for row in rows
        ]

    def _hours_billed(self, rows: Rows, actuals: Mapping[Any, Any], currencies: Any) -> Rows:
        both = [(row, actuals.get((row["dataAreaId"], row["TransactionID"]))) for row in rows]
        return [
            {
                **records.billed_hours(row, actual, currencies[row["dataAreaId"]]),
                **self._company(row["dataAreaId"]),
            }
            for row, actual in both
            if actual is not None and (actual["LaborInvoicedQty"] or actual["LaborInvoicedRevenue"])
        ]

    def _periods(self, window: Window) -> Iterator[Page]:  # noqa: ARG002 - always read whole
        calendar = {
            (row["Calendar"], row["FiscalYear"], row["PeriodName"]): row
            for row in self._all("FiscalPeriods")
            if row["Type"] == "Operating"
        }
        for raw, rows in self._pages("LedgerFiscalPeriods"):
            found = []
            for row in rows:
                period = calendar.get((row["Calendar"], row["YearName"], row["PeriodName"]))
                company = row["LegalEntityId"].lower()
                if period is not None and self._is_read(company):
                    record = records.accounting_period(row, period)
                    found.append({**record, **self._company(company)})
            yield Page(raw, given=found)

    def _rates(self, window: Window) -> Iterator[Page]:  # noqa: ARG002 - always read whole
        wanted = f"RateTypeName eq '{self._rate_type.replace(chr(39), chr(39) * 2)}'"
        for raw, rows in self._pages("ExchangeRates", wanted):
            yield Page(raw, given=[records.exchange_rate(row) for row in rows])

    def _plain(
        self, entity_set: str, make: Callable[..., dict[str, Any]], company_field: str
    ) -> Iterator[Page]:
        for raw, rows in self._pages(entity_set):
            if company_field:
                found = [
                    {**make(row), **self._company(row[company_field])}
                    for row in rows
                    if self._is_read(row[company_field])
                ]
            else:
                found = [make(row) for row in rows]
            yield Page(raw, given=found)

    def _is_read(self, company: str) -> bool:
        return not self._entities or company in self._entities

    def _company(self, company: str) -> dict[str, str]:
        return {
            "company": company,
            "legal_entity_id": self._entities.get(company, company.upper()),
        }

    def _all(self, entity_set: str, condition: str = "") -> Iterator[dict[str, Any]]:
        for _, rows in self._pages(entity_set, condition):
            yield from rows

    def _pages(self, entity_set: str, condition: str = "") -> Iterator[tuple[bytes, Rows]]:
        """Pages of an entity set in every company: the bytes, and the records in them."""
        url = f"data/{entity_set}?cross-company=true"
        url += f"&$filter={quote(condition)}" if condition else ""
        for _ in range(PAGES_MAX):
            raw = self._session.request("GET", url).content
            try:
                answer = json.loads(raw, parse_float=Decimal)
            except ValueError:
                answer = None
            rows = answer.get("value") if isinstance(answer, dict) else None
            if not isinstance(answer, dict) or not isinstance(rows, list):
                raise SystemUnreachable(
                    self._system.id,
                    f"{entity_set} answered {raw[:80]!r}, which is no page of records",
                    "an outage page or a truncated answer: run the same command again",
                )
            yield raw, rows
            url = str(answer.get("@odata.nextLink") or "")
            if not url:
                return
        raise SystemUnreachable(
            self._system.id, f"{entity_set}: the paging does not end", "report it"
        )


def _from(field: str, window: Window) -> str:
    """The filter of a sweep."""
    return "" if window.sweep_from is None else f"{field} ge {window.sweep_from}T00:00:00Z"
