"""How NetSuite is paged: one SuiteQL query per page, each behind the last key seen.

Not here: the queries (`queries`), what is landed of a page (`tables`), landing itself
(`pipelines.landing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipelines.contracts import Page, Table, Window
from pipelines.netsuite.queries import QUERIES, Query, statement
from tieout.config import System
from tieout.domain.errors import ConfigError, ContractError, SystemUnreachable
from tieout.http import ApiSession

ENDPOINT: Final = "services/rest/query/v1/suiteql"
PER_PAGE: Final = 1000
PAGES_MAX: Final = 100_000
ATTEMPTS_PER_PAGE: Final = 3
BAD_REQUEST: Final = 400
_ACCOUNT_NUMBER = re.compile(r"^[A-Za-z0-9._ -]{1,60}$")


@dataclass(frozen=True)
class Answer:
    """One page as received, with what paging needs of it.

    Attributes:
        raw: the bytes.
        last: key of the last row, or None for an empty page.
        has_more: whether rows follow.
    """

    raw: bytes
    last: tuple[int, ...] | None
    has_more: bool


class NetSuiteExtractor:
    """Pages through one NetSuite account.

    Args:
        system: the system of firm.yml; option `controlled_accounts` restricts journal lines.
        session: session with signed requests.
        now: the instant of the run; unused, NetSuite is asked by its own stamps.

    Raises:
        ConfigError: if the option holds something that is no account number.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del now
        assert session is not None, "netsuite speaks HTTP"
        self._system, self._session = system, session
        self._accounts = controlled_accounts(system)

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """Every page of one table; the next one travels while this one is parsed.

        Raises:
            ContractError: if the account lacks a field.
            SystemUnreachable: if an answer stays unreadable or out of order.
        """
        query = QUERIES[table.name]
        with ThreadPoolExecutor(max_workers=1) as ahead:
            pending = ahead.submit(self._fetch, table.name, query, window, None)
            for _ in range(PAGES_MAX):
                answer = pending.result()
                if not answer.has_more or answer.last is None:
                    yield Page(answer.raw, path="items")
                    return
                pending = ahead.submit(self._fetch, table.name, query, window, answer.last)
                yield Page(answer.raw, path="items")
        raise SystemUnreachable(
            self._system.id, f"{table.name}: the paging does not end", "report it"
        )

    def _fetch(
        self, name: str, query: Query, window: Window, after: tuple[int, ...] | None
    ) -> Answer:
        """One page; an answer that cannot be used is asked for again, within a bound."""
        text = statement(query, window, after, self._accounts)
        trouble = ""
        for _ in range(ATTEMPTS_PER_PAGE):
            response = self._session.request(
                "POST",
                ENDPOINT,
                params={"limit": PER_PAGE, "offset": 0},
                json={"q": text},
                headers={"Prefer": "transient"},
                accept=frozenset({BAD_REQUEST}),
            )
            if response.status_code == BAD_REQUEST:
                raise self._refused(name, response.text)
            try:
                return read_answer(response.content, query, after, PER_PAGE)
            except ValueError as problem:
                trouble = str(problem)
        raise SystemUnreachable(
            self._system.id,
            f"{name}: {ATTEMPTS_PER_PAGE} answers in a row could not be used: {trouble}",
            "an outage page, a truncated or a repeated answer: run the same command again",
        )

    def _refused(self, name: str, body: str) -> ContractError:
        """The service does not take the query: a field or table of it does not exist."""
        return ContractError(
            f"{self._system.id}.{name}: NetSuite refuses the query: {detail(body)}",
            field=f"{self._system.id}.{name}",
            fix="create the custom field or grant the integration role the record, then run again",
        )


def read_answer(
    raw: bytes, query: Query, after: Sequence[int] | None, full: int = PER_PAGE
) -> Answer:
    """What paging needs of one page.

    Args:
        raw: the answer.
        query: the table's query.
        after: the key that every row must lie behind.
        full: how many rows a page holds at most.

    Raises:
        ValueError: if this is no page of that query (HTML, an error with status 200, half a page),
            or its rows are not in order behind `after`: a repeated page is not progress.
    """
    answer = json.loads(raw)
    items = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(items, list) or answer.get("count") != len(items):
        raise ValueError(f"no page of a query: {raw[:80]!r}")
    last = tuple(after) if after is not None else None
    for item in items:
        key = _key(item, query.key_names)
        if last is not None and key <= last:
            raise ValueError(f"the row {key} comes behind {last}")
        last = key
    # at the ceiling `hasMore` is false although rows follow, so a full page is always gone behind
    has_more = bool(answer.get("hasMore")) or len(items) >= full
    return Answer(raw, last if items else None, has_more)


def _key(item: dict[str, Any], names: Sequence[str]) -> tuple[int, ...]:
    try:
        return tuple(int(item[name]) for name in names)
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"a row without {', '.join(names)}") from None


def detail(body: str) -> str:
    """The text for people in an error body, or the body's beginning."""
    try:
        found = json.loads(body)["o:errorDetails"][0]["detail"]
    except (ValueError, KeyError, IndexError, TypeError):
        return body[:300]
    return str(found)


def controlled_accounts(system: System) -> tuple[str, ...]:
    """Account numbers of the option, none when it is absent.

    Raises:
        ConfigError: if one is no account number (they become part of a query).
    """
    listed = str(system.options.get("controlled_accounts", ""))
    numbers = tuple(part.strip() for part in listed.split(",") if part.strip())
    for number in numbers:
        if not _ACCOUNT_NUMBER.match(number):
            raise ConfigError(
                f"{number!r} is no account number",
                file="firm.yml",
                field=f"systems.{system.id}.options.controlled_accounts",
                fix="write account numbers separated by commas",
            )
    return numbers
