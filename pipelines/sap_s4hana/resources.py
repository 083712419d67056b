"""How SAP S/4HANA Cloud is read: one OData question per page, each behind the last key seen.

Here: `SapExtractor`. Not here: the declared columns (`tables`) and what is done with the pages
(`pipelines.landing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from pipelines.contracts import Page, Table, Window
from tieout.config import System
from tieout.domain.errors import ConfigError, ContractError, SystemUnreachable
from tieout.http import ApiSession

ENDPOINT: Final = "sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube"
PER_PAGE: Final = 1000
PAGES_MAX: Final = 100_000
BAD_REQUEST: Final = 400
POSTED_BY: Final = "TIEOUT"
"""CreatedByUser of this product's entries: both their items are read, whatever the account."""
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,10}")
_DAY = re.compile(r"/Date\((-?\d+)\)/")


class SapExtractor:
    """Pages through one SAP tenant.

    Args:
        system: the system of firm.yml; options `controlled_accounts` and `first_day`.
        session: session with credentials.
        now: the instant of the run; unused, a listing has no upper bound.

    Raises:
        ConfigError: if an option cannot be used.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del now
        if session is None:
            raise ConfigError(f"system {system.id} needs an HTTP session")
        self._system, self._session = system, session
        self._bounds = bounds_of(system)

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """Every page of one table, by ascending key.

        Args:
            table: the table.
            window: everything, always: nothing in SAP tells what changed since an instant.

        Raises:
            ContractError: if the tenant's release lacks a property.
            SystemUnreachable: if an answer is no page or out of order.
        """
        del window
        keys = [path[0] for path in table.key_paths]
        fields = [column.keys[0] for column in table.columns]
        last: tuple[str, ...] | None = None
        for _ in range(PAGES_MAX):
            condition = " and ".join([*self._bounds, *(behind(keys, last) if last else ())])
            raw, rows, has_more = self._fetch(condition, fields, keys)
            for row in rows:
                key = tuple(str(row.get(name)) for name in keys)
                if last is not None and key <= last:
                    raise self._unusable(f"the row {key} comes behind {last}")
                last = key
            yield Page(raw, given=[plain(row) for row in rows])
            if not rows or not has_more:
                return
        raise SystemUnreachable(
            self._system.id, f"{table.name}: the paging does not end", "report it"
        )

    def _fetch(
        self, condition: str, fields: Sequence[str], keys: Sequence[str]
    ) -> tuple[bytes, list[dict[str, Any]], bool]:
        """One page: its bytes, its rows, and whether there may be more."""
        params: dict[str, Any] = {
            "$select": ",".join(fields), "$orderby": ",".join(keys), "$top": PER_PAGE,
            "$format": "json",
        }  # fmt: skip
        if condition:
            params["$filter"] = condition
        response = self._session.request(
            "GET",
            ENDPOINT,
            params=params,
            headers={"Accept": "application/json"},
            accept=frozenset({BAD_REQUEST}),
        )
        if response.status_code == BAD_REQUEST:
            raise ContractError(
                f"{self._system.id}: SAP refuses the question: {response.text[:300]}",
                field=f"{self._system.id}.journal_items",
                fix="the tenant's release lacks a property, or the question is wrong: report it",
            )
        try:
            answer = json.loads(response.content, parse_float=Decimal)["d"]
            rows = answer["results"]
        except (ValueError, KeyError, TypeError):
            raise self._unusable(response.text[:80]) from None
        if not isinstance(rows, list):
            raise self._unusable(response.text[:80])
        return response.content, rows, len(rows) >= PER_PAGE or "__next" in answer

    def _unusable(self, shown: str) -> SystemUnreachable:
        return SystemUnreachable(
            self._system.id,
            f"journal items were answered with {shown!r}",
            "an outage or login page, or a truncated answer: run the same command again",
        )


def behind(keys: Sequence[str], last: Sequence[str]) -> list[str]:
    """The condition that a row lies behind a key, in the order of the key's parts."""
    parts = []
    for position, key in enumerate(keys):
        same = [f"{keys[n]} eq {literal(last[n])}" for n in range(position)]
        parts.append("(" + " and ".join([*same, f"{key} gt {literal(last[position])}"]) + ")")
    return ["(" + " or ".join(parts) + ")"]


def literal(text: str) -> str:
    """A text as an OData literal."""
    return "'" + text.replace("'", "''") + "'"


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with days as ISO text, and without OData's own fields."""
    return {name: _plain(value) for name, value in row.items() if name != "__metadata"}


def _plain(value: Any) -> Any:
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    return datetime.fromtimestamp(int(match[1]) // 1000, tz=UTC).date().isoformat()


def bounds_of(system: System) -> list[str]:
    """The conditions that the system's options set.

    Raises:
        ConfigError: if an option cannot be used.
    """
    bounds = []
    first_day = str(system.options.get("first_day", ""))
    if first_day:
        try:
            bounds.append(f"PostingDate ge datetime'{date.fromisoformat(first_day)}T00:00:00'")
        except ValueError:
            raise ConfigError(
                f"{first_day!r} is no day",
                file="firm.yml",
                field=f"systems.{system.id}.options.first_day",
                fix="write the day as 2026-01-01",
            ) from None
    accounts = controlled_accounts(system)
    if accounts:
        listed = " or ".join(f"GLAccount eq '{number}'" for number in accounts)
        bounds.append(f"({listed} or AccountingDocCreatedByUser eq '{POSTED_BY}')")
    return bounds


def controlled_accounts(system: System) -> tuple[str, ...]:
    """G/L accounts of the option, none when it is absent.

    Raises:
        ConfigError: if one is no account (they become part of a question).
    """
    listed = str(system.options.get("controlled_accounts", ""))
    numbers = tuple(part.strip() for part in listed.split(",") if part.strip())
    for number in numbers:
        if not _ACCOUNT.fullmatch(number):
            raise ConfigError(
                f"{number!r} is no G/L account",
                file="firm.yml",
                field=f"systems.{system.id}.options.controlled_accounts",
                fix="write accounts separated by commas",
            )
    return numbers
