"""How Harvest is paged: by its links, one page ahead, until the list is whole.

Not here: what is landed of a page (`tables`), landing itself (`pipelines.landing`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.json as paj

from pipelines.contracts import Page, Table, Window
from pipelines.harvest.tables import ACCOUNTS
from tieout.config import System
from tieout.domain.errors import ConfigError, SystemUnreachable
from tieout.http import ApiSession

PER_PAGE: Final = 2000
PAGES_MAX: Final = 100_000
ATTEMPTS_PER_PAGE: Final = 3
LISTINGS_MAX: Final = 3
ENVELOPE_TAIL: Final = 4096
HOURS_OPTIONS: Final = ("rounded_hours", "hours")


@dataclass(frozen=True)
class Answer:
    """One page as received, with what paging needs of it.

    Attributes:
        raw: the bytes.
        following: address of the next page, or None.
        total: how many records the whole list holds.
        ids: the records' ids.
    """

    raw: bytes
    following: str | None
    total: int
    ids: frozenset[str]


class HarvestExtractor:
    """Pages through one Harvest account."""

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        """Read one account.

        Args:
            system: the system of firm.yml; option ``hours`` is ``rounded_hours`` or ``hours``.
            session: authenticated session.
            now: the instant of the run; unused, Harvest is asked by its own stamps.

        Raises:
            ConfigError: if the option is neither.
        """
        del now
        assert session is not None, "harvest speaks HTTP"
        self._session = session
        self._system = system
        self._hours = str(system.options.get("hours", HOURS_OPTIONS[0]))
        if self._hours not in HOURS_OPTIONS:
            raise ConfigError(
                f"{self._hours!r} is no kind of Harvest hours",
                file="firm.yml",
                field=f"systems.{system.id}.options.hours",
                fix=f"write {' or '.join(HOURS_OPTIONS)}",
            )

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """Every page of one table.

        A numbered list is sorted by date, so a row edited while it is being read moves over the
        page boundary and may never be shown. The ids are therefore counted against the total of
        the last page, and a list that lacks one is read again.

        Raises:
            SystemUnreachable: if an answer stays unreadable or the list never comes out whole.
        """
        if table is ACCOUNTS:
            yield self._account()
            return
        for _ in range(LISTINGS_MAX):
            seen: set[str] = set()
            total = 0
            for answer in self._listing(table, window):
                seen |= answer.ids
                total = answer.total
                yield Page(answer.raw, path=table.name)
            if len(seen) >= total:
                return
        raise SystemUnreachable(
            self._system.id,
            f"{table.name}: {LISTINGS_MAX} listings in a row lacked records that Harvest counts",
            "entries are being edited while they are read: run the same command again later",
        )

    def _listing(self, table: Table, window: Window) -> Iterator[Answer]:
        """The pages of one listing; the next page travels while this one is parsed."""
        with ThreadPoolExecutor(max_workers=1) as ahead:
            pending = ahead.submit(self._fetch, table.name, table.name, query(window))
            for _ in range(PAGES_MAX):
                answer = pending.result()
                if answer.following is None:
                    yield answer
                    return
                pending = ahead.submit(self._fetch, table.name, answer.following, None)
                yield answer
        raise SystemUnreachable(
            self._system.id, f"{table.name}: the paging does not end", "report it"
        )

    def _fetch(self, name: str, url: str, params: dict[str, Any] | None) -> Answer:
        """One page; an answer that cannot be read is asked for again, within a bound."""
        trouble = ""
        for _ in range(ATTEMPTS_PER_PAGE):
            raw, _headers = self._session.get_bytes(url, params)
            try:
                return read_answer(name, raw)
            except ValueError as problem:
                trouble = str(problem)
        raise SystemUnreachable(
            self._system.id,
            f"{name}: {ATTEMPTS_PER_PAGE} answers in a row could not be read: {trouble}",
            "an outage page or a truncated answer: run the same command again",
        )

    def _account(self) -> Page:
        """The account and the option that says which of its hours count."""
        raw, _headers = self._session.get_bytes("company")
        company = json.loads(raw)
        if not isinstance(company, dict) or "full_domain" not in company:
            raise SystemUnreachable(
                self._system.id,
                "company: the answer describes no Harvest account",
                "check base_url in firm.yml; it ends in /v2",
            )
        return Page(raw, given=[{**company, "option_hours": self._hours}])


def query(window: Window) -> dict[str, Any]:
    """The first page's parameters; every further page comes from a link."""
    params: dict[str, Any] = {"per_page": PER_PAGE}
    if window.since is not None:
        params["updated_since"] = window.since.strftime("%Y-%m-%dT%H:%M:%SZ")
    if window.sweep_from is not None:
        params["from"] = window.sweep_from.isoformat()
    return params


def read_answer(name: str, raw: bytes) -> Answer:
    """What paging needs of one page.

    Args:
        name: resource name, the key of the records.
        raw: the answer.

    Raises:
        ValueError: if this is no page of that list (HTML, an error with status 200, half a page).
    """
    envelope = read_envelope(raw)
    links, total = envelope.get("links"), envelope.get("total_entries")
    if not isinstance(links, dict) or not isinstance(total, int):
        raise ValueError(f"no page of {name}: {raw[:80]!r}")  # noqa: TRY004 - about the content
    following = links.get("next")
    return Answer(raw, following or None, total, read_ids(name, raw))


def read_envelope(raw: bytes) -> dict[str, Any]:
    """The fields around the records.

    Harvest writes them behind the records, so only the end of a page has to be parsed. Where that
    does not work out the whole page is.

    Raises:
        ValueError: if the answer is no JSON object.
    """
    start = raw.rfind(b'],"per_page":', max(0, len(raw) - ENVELOPE_TAIL))
    if start >= 0:
        try:
            return json.loads(b"{" + raw[start + 2 :])
        except ValueError:
            pass  # the marker stood inside a text, or the page is cut: the whole page decides
    answer = json.loads(raw)
    if not isinstance(answer, dict):
        raise ValueError("the answer is no object")  # noqa: TRY004 - about the content
    return answer


def read_ids(name: str, raw: bytes) -> frozenset[str]:
    """The ids of a page's records, without parsing anything else of them.

    Raises:
        ValueError: if the page holds no such list.
    """
    wanted = pa.schema([(name, pa.list_(pa.struct([("id", pa.int64())])))])
    parse = paj.ParseOptions(explicit_schema=wanted, unexpected_field_behavior="ignore")
    read = paj.ReadOptions(block_size=len(raw) + 1024, use_threads=False)
    try:
        # line feeds between fields would end the one "row" that the whole answer is
        page = paj.read_json(io.BytesIO(raw.replace(b"\n", b" ")), read, parse)
        records = page[name].combine_chunks()
        if records.null_count:
            raise ValueError(f"the answer holds no {name}")
        return frozenset(str(one) for one in records.flatten().field("id").to_pylist())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        records = json.loads(raw).get(name)
        if not isinstance(records, list):
            raise ValueError(f"the answer holds no {name}") from None  # noqa: TRY004
        return frozenset(str(record.get("id")) for record in records)
