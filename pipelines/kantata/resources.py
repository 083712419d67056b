"""How Kantata OX is paged: by page number, a few pages ahead, until the list is whole.

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

        Records may move over a page boundary while they are read. So the distinct ids are counted
        against the list's own count, and a list that lacks one is read again.

        Raises:
            SystemUnreachable: if an answer stays unreadable or the list never comes out whole.
        """
        for _ in range(LISTINGS_MAX):
            seen: set[str] = set()
            count = 0
            for answer in self._listing(table, query(table, window)):
                seen.update(str(record.get("id")) for record in answer.records)
                count = answer.count
                yield Page(answer.raw, given=answer.records)
            if len(seen) >= count:
                return
        raise SystemUnreachable(
            self._system.id,
            f"{table.name}: {LISTINGS_MAX} listings in a row lacked records that Kantata counts",
            "records are being edited while they are read: run the same command again later",
        )

    def _listing(self, table: Table, params: Mapping[str, str]) -> Iterator[Answer]:
        """The pages of one listing in order; a few of the next ones are under way."""
        first = self._fetch(table, params, 1)
        yield first
        if first.page_count > PAGES_MAX:
            raise SystemUnreachable(
                self._system.id,
                f"{table.name}: {first.page_count} pages",
                "narrow the window: no list of this system is that long",
            )
        numbers = iter(range(2, first.page_count + 1))
        under_way: deque[Future[Answer]] = deque()
        with ThreadPoolExecutor(max_workers=self._connections) as pool:
            try:
                for number in numbers:
                    under_way.append(pool.submit(self._fetch, table, params, number))
                    if len(under_way) >= self._connections:
                        yield under_way.popleft().result()
                while under_way:
                    yield under_way.popleft().result()
            finally:
                for waiting in under_way:
                    waiting.cancel()

    def _fetch(self, table: Table, params: Mapping[str, str], number: int) -> Answer:
        """One page; an answer that is not that page is asked for again, within a bound."""
        trouble = ""
        for _ in range(ATTEMPTS_PER_PAGE):
            raw, _headers = self._session.get_bytes(
                f"{table.name}.json", {**params, "page": number, "per_page": PER_PAGE}
            )
            try:
                return read_answer(table, number, raw, self._custom_fields)
            except (ValueError, KeyError, AttributeError, TypeError) as problem:
                trouble = str(problem)
        raise SystemUnreachable(
            self._system.id,
            f"{table.name}: {ATTEMPTS_PER_PAGE} answers in a row could not be used: {trouble}",
            "an outage page, an error with status 200 or a truncated answer:"
            " run the same command again",
        )


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
