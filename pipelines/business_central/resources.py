"""How Business Central is paged: one list per table, the server's own next links.

Here: `BusinessCentralExtractor`. Not here: what is landed of a page (`tables`), landing itself
(`pipelines.landing`), posting (`tieout.posting.delivery.business_central`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from pipelines.contracts import Page, Table, Window
from tieout.config import System
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.http import ApiSession

PAGES_MAX: Final = 100_000
ATTEMPTS_PER_PAGE: Final = 3
NO_DATE: Final = "0001-01-01"
"""How the API writes an empty date."""
LISTS: Final = {
    "general_ledger_entries": "generalLedgerEntries",
    "general_ledger_setup": "generalLedgerSetup",
    "accounting_periods": "accountingPeriods",
    "currency_exchange_rates": "currencyExchangeRates",
    "employees": "employees",
    "projects": "projects",
}


class BusinessCentralExtractor:
    """Pages through one company.

    Args:
        system: the system of firm.yml; option `company` is the company's id, option
            `legal_entity` the legal entity that keeps its books in it.
        session: a session that puts an access token on every request.
        now: the instant of the run; unused, the company is asked by its own stamps.

    Raises:
        ConfigError: if an option is missing.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del now
        if session is None:
            raise ConfigError(f"system {system.id} needs an HTTP session")
        self._system, self._session = system, session
        self._path = f"companies({_option(system, 'company')})"
        self._legal_entity = _option(system, "legal_entity")
        self._currency: str | None = None

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The answers for one table and window, in the server's order.

        Raises:
            SystemUnreachable: if an answer stays unreadable or the paging does not end.
        """
        company = {"legal_entity": self._legal_entity, "currency_code": self._own_currency()}
        for raw, records in self._lists(LISTS[table.name], _filter(table, window)):
            yield Page(raw, given=[{**_plain(row), "company": company} for row in records])

    def _lists(self, name: str, wanted: str) -> Iterator[tuple[bytes, list[dict[str, Any]]]]:
        url: str | None = f"{self._path}/{name}"
        params: dict[str, str] | None = {"$filter": wanted} if wanted else None
        for _ in range(PAGES_MAX):
            raw, page = self._fetch(url, params)
            yield raw, page["value"]
            url, params = page.get("@odata.nextLink"), None
            if url is None:
                return
        raise SystemUnreachable(self._system.id, f"{name}: the paging does not end", "report it")

    def _fetch(self, url: str, params: dict[str, str] | None) -> tuple[bytes, dict[str, Any]]:
        """One page; an answer that is none is asked for again, within a bound."""
        raw = b""
        for _ in range(ATTEMPTS_PER_PAGE):
            raw, _headers = self._session.get_bytes(url, params)
            try:
                page = json.loads(raw, parse_float=Decimal)
            except ValueError:
                continue
            if isinstance(page, dict) and isinstance(page.get("value"), list):
                return raw, page
        raise SystemUnreachable(
            self._system.id,
            f"{url}: {ATTEMPTS_PER_PAGE} answers in a row are no page: {raw[:80]!r}",
            "an outage page or a truncated answer: run the same command again",
        )

    def _own_currency(self) -> str:
        """Code of the company's currency (LCY), asked for once."""
        if self._currency is None:
            rows = [
                row for _, page in self._lists(LISTS["general_ledger_setup"], "") for row in page
            ]
            if len(rows) != 1 or not rows[0].get("localCurrencyCode"):
                raise SystemUnreachable(
                    self._system.id,
                    "the general ledger setup names no local currency",
                    "fill in LCY Code in General Ledger Setup, then run again",
                )
            self._currency = str(rows[0]["localCurrencyCode"])
        return self._currency


def _filter(table: Table, window: Window) -> str:
    """The window as a filter; a table that is swept is listed whole."""
    if table.sweep is not None or window.since is None:
        return ""
    since = window.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"lastModifiedDateTime ge {since}"


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """A record with empty dates as nothing."""
    return {name: None if value == NO_DATE else value for name, value in record.items()}


def _option(system: System, name: str) -> str:
    value = str(system.options.get(name, ""))
    if not value:
        raise ConfigError(
            f"{system.id} does not name its {name.replace('_', ' ')}",
            file="firm.yml",
            field=f"systems.{system.id}.options.{name}",
            fix="write the id of the company, and the legal entity whose books it keeps",
        )
    return value
