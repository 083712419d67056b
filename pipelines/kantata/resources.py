"""How Kantata OX is paged: by offset, a few pages ahead, until the list is whole.

A list is not frozen while it is read: a record deleted on an earlier page moves all others up, and
one of them would never be shown. So neighbouring pages share one record, which must be the same;
the list's own count must stay the same and be met; else the list is read again.

Not here: checking and joining one answer (`answers`), what is landed (`tables`), landing itself
(`pipelines.landing`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

from pipelines.contracts import Page, Table, Window
from pipelines.kantata.answers import CUSTOM_FIELDS, Answer, read_answer
from tieout.config import System
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.http import ApiSession

PER_PAGE: Final = 200
PAGES_MAX: Final = 100_000
ATTEMPTS_PER_PAGE: Final = 3
LISTINGS_MAX: Final = 3
SHARED: Final = 1
CONNECTIONS: Final = 4
CONNECTIONS_MAX: Final = 16
FAR_DAY: Final = "2999-12-31"

# What each list is asked for beside page and window. The order keeps pages in place while records
# are edited, as far as the list offers such an order. Archived projects are hidden by default.
_ASKED: Final[Mapping[str, Mapping[str, str]]] = {
    "workspace_groups": {"include": "external_references"},
    "workspaces": {
        "include": "custom_field_values,primary_workspace_group",
        "include_archived": "true",
        "order": "created_at:asc",
    },
    "users": {},
    "workspace_allocations": {"include": "workspace_resource", "order": "updated_at:asc"},
    "timesheet_submissions": {"order": "date:asc"},
    "time_entries": {
        "include": "recent_submission,story",
        "from_archived_workspaces": "true",
        "order": "created_at:asc",
    },
}


class KantataExtractor:
    """Pages through one Kantata OX account."""

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        """Read one account.

        Args:
            system: the system of firm.yml; options `custom_<role>` rename custom fields,
                `connections` bounds how many pages travel at once.
            session: authenticated session.
            now: the instant of the run; unused, Kantata is asked by its own stamps.

        Raises:
            ConfigError: if `connections` is no small positive number.
        """
        del now
        assert session is not None, "kantata speaks HTTP"
        self._system = system
        self._session = session
        self._custom_fields = {
            role: str(system.options.get(f"custom_{role}", name))
            for role, name in CUSTOM_FIELDS.items()
        }
        wanted = system.options.get("connections", CONNECTIONS)
        if not isinstance(wanted, int) or not 1 <= wanted <= CONNECTIONS_MAX:
            raise ConfigError(
                f"{wanted!r} is no number of connections",
                file="firm.yml",
                field=f"systems.{system.id}.options.connections",
                fix=f"write a number from 1 to {CONNECTIONS_MAX}",
            )
        self._connections = wanted

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """Every page of one table.

        Pages of a listing that turns out broken have been handed on already; that is harmless,
        their records come again with the next one and are landed once.

        Raises:
            SystemUnreachable: if an answer stays unusable or the list never comes out whole.
        """
        params = query(table, window)
        trouble = ""
        for _ in range(LISTINGS_MAX):
            try:
                yield from self._listing(table, params)
            except _Broken as broken:
                trouble = str(broken)
            else:
                return
        raise SystemUnreachable(
            self._system.id,
            f"{table.name}: {LISTINGS_MAX} listings in a row did not come out whole: {trouble}",
            "records are being edited while they are read: run the same command again later",
        )

    def _listing(self, table: Table, params: Mapping[str, str]) -> Iterator[Page]:
        """The pages of one listing in order, without the records they share.

        Raises:
            _Broken: if the list moved while it was read.
        """
        first = self._fetch(table, params, 0)
        yield Page(first.raw, given=first.records)
        seen, last = set(first.ids), first.ids[-1:]
        for offset, answer in self._ahead(table, params, first.count):
            page = answer
            for _ in range(ATTEMPTS_PER_PAGE - 1):
                if page.ids[:SHARED] != last:
                    page = self._fetch(table, params, offset)
            if page.ids[:SHARED] != last or page.count != first.count:
                raise _Broken(f"records moved before the one at {offset}")
            seen.update(page.ids)
            last = page.ids[-1:]
            yield Page(page.raw, given=page.records[SHARED:])
        if len(seen) != first.count:
            raise _Broken(f"{len(seen)} different records of {first.count}")

    def _ahead(
        self, table: Table, params: Mapping[str, str], count: int
    ) -> Iterator[tuple[int, Answer]]:
        """Offset and answer of every page after the first; a few travel at once."""
        step = PER_PAGE - SHARED
        offsets = range(step, max(count - SHARED, step), step)
        if len(offsets) > PAGES_MAX:
            raise SystemUnreachable(
                self._system.id,
                f"{table.name}: {len(offsets)} pages",
                "no list of this system is that long: check base_url in firm.yml",
            )
        under_way: deque[tuple[int, Future[Answer]]] = deque()
        with ThreadPoolExecutor(max_workers=self._connections) as pool:
            try:
                for offset in offsets:
                    under_way.append((offset, pool.submit(self._fetch, table, params, offset)))
                    if len(under_way) >= self._connections:
                        yield _result(under_way)
                while under_way:
                    yield _result(under_way)
            finally:
                for _, waiting in under_way:
                    waiting.cancel()

    def _fetch(self, table: Table, params: Mapping[str, str], offset: int) -> Answer:
        """One page; an answer that is no such page is asked for again, within a bound."""
        trouble = ""
        for _ in range(ATTEMPTS_PER_PAGE):
            raw, _headers = self._session.get_bytes(
                f"{table.name}.json", {**params, "offset": offset, "limit": PER_PAGE}
            )
            try:
                return read_answer(table, raw, offset, PER_PAGE, self._custom_fields)
            except (ValueError, KeyError, AttributeError, TypeError) as problem:
                trouble = str(problem)
        raise SystemUnreachable(
            self._system.id,
            f"{table.name}: {ATTEMPTS_PER_PAGE} answers in a row could not be used: {trouble}",
            "an outage page, an error with status 200 or a truncated answer:"
            " run the same command again",
        )


class _Broken(Exception):  # noqa: N818 - never leaves this module
    """The list moved while it was read."""


def _result(under_way: deque[tuple[int, Future[Answer]]]) -> tuple[int, Answer]:
    offset, answer = under_way.popleft()
    return offset, answer.result()


def query(table: Table, window: Window) -> dict[str, Any]:
    """What one list is asked for, without the page.

    The vendor's `updated_after` leaves the instant itself out; the look-back of the cursor is days
    wide, so nothing is lost.
    """
    params: dict[str, Any] = dict(_ASKED[table.name])
    if window.since is not None:
        params["updated_after"] = window.since.strftime("%Y-%m-%dT%H:%M:%SZ")
    if window.sweep_from is not None and table.name == "time_entries":
        params["date_performed_between"] = f"{window.sweep_from.isoformat()}:{FAR_DAY}"
    if window.sweep_from is not None and table.name == "timesheet_submissions":
        params["start_date_after"] = window.sweep_from.isoformat()
    return params
