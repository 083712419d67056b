"""Posting to NetSuite: one upsert per line under its posting key, looked up before and after.

Here: `NetSuiteDelivery`. Not here: which lines NetSuite can take (`writers.netsuite_lines`), what
refusals mean (`acks.netsuite`), what NetSuite holds (`netsuite_books`).

Time becomes a `timeBill`, an expense a `journalEntry` of two lines, each saved with
`PUT .../eid:{posting key}`: NetSuite keeps one record per external id, so a request that arrives
twice, or late, changes nothing. All the same nothing is sent twice without a look-up: a save may
meet a record that a person has corrected since. An answer that did not come, or is no answer of
the record service, is `unknown`. The validation headers make NetSuite refuse a misspelt property
instead of dropping it without a word. At most four saves are under way at once, below the five
that the smallest account allows; a save refused for too many requests was not carried out and is
repeated within a bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import polars as pl
import simplejson

from tieout.config import System
from tieout.domain.errors import ConfigError, OutcomeUnknown, SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.acks.netsuite import read_refusal
from tieout.posting.delivery.base import Capabilities, Found, LineResult
from tieout.posting.delivery.netsuite_books import JOURNAL_PREFIX, Books, References
from tieout.posting.delivery.netsuite_payloads import Unpostable, journal_entry, time_bill
from tieout.posting.writers.netsuite_lines import split

RECORD_ROOT: Final = "services/rest/record/v1"
BATCH: Final = 100
CONCURRENCY_MAX: Final = 4
BUSY_ATTEMPTS: Final = 6
BUSY_SECONDS: Final = 0.5
WAIT_SECONDS_MAX: Final = 60.0
SAVED, BAD_REQUEST, BUSY = 204, 400, 429
HEADERS: Final = {
    "Content-Type": "application/json",
    "X-NetSuite-PropertyNameValidation": "Error",
    "X-NetSuite-PropertyValueValidation": "Error",
}


@dataclass(frozen=True)
class _Save:
    """One record to be saved: where, what, and how its id is shown."""

    posting_key: str
    record_type: str
    body: Mapping[str, Any]
    id_prefix: str = ""


class NetSuiteDelivery:
    """The adapter of one NetSuite account.

    Args:
        system: the system of firm.yml; option `concurrency` is 1 to 4 (default 4).
        session: a session whose requests are signed.
        sleep: how to wait while the account is busy, replaceable in tests.

    Raises:
        ConfigError: if the option is out of bounds.
    """

    capabilities = Capabilities(
        idempotency="external_id", max_batch=BATCH, serial_only=False, batch_atomic=False
    )

    def __init__(
        self, system: System, session: ApiSession, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._session, self._books, self._sleep = session, Books(session), sleep
        self._concurrency = concurrency_of(system)

    def look_up(self, keys: Sequence[str]) -> dict[str, list[Found]]:
        """What NetSuite holds now under each posting key, oldest first.

        Raises:
            SystemUnreachable: NetSuite gave no usable answer.
        """
        return self._books.held(keys)

    def send(self, lines: pl.DataFrame) -> Iterator[LineResult]:
        """Save every line, a few at a time; yields in the order in which answers come.

        Raises:
            SystemUnreachable: NetSuite refuses the login or takes no more requests. Answers that
                came before were yielded; lines without one are in doubt.
        """
        good, refused = split(lines)
        for row in refused.iter_rows(named=True):
            yield LineResult(
                row["posting_key"], "rejected", None, row["reason_code"], row["message"]
            )
        saves: list[_Save] = []
        references = self._references(good)
        for line in good.iter_rows(named=True):
            try:
                saves.append(_save_of(line, references))
            except Unpostable as problem:
                yield LineResult(
                    line["posting_key"], "rejected", None, problem.reason_code, problem.message
                )
        yield from self._together(saves)

    def _references(self, lines: pl.DataFrame) -> References | None:
        """Ids for the journals among the lines, if there are any."""
        expenses = lines.filter(pl.col("entry_type") == "expense")
        if expenses.is_empty():
            return None
        codes = [*expenses["debit_account_code"], *expenses["credit_account_code"]]
        return self._books.references(codes)

    def _together(self, saves: Sequence[_Save]) -> Iterator[LineResult]:
        """Save with bounded concurrency; the first failure of the account ends it."""
        failure: SystemUnreachable | None = None
        pool = ThreadPoolExecutor(max_workers=self._concurrency)
        try:
            waiting: set[Future[LineResult]] = {pool.submit(self._save, save) for save in saves}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    if future.cancelled():
                        continue
                    problem = future.exception()
                    if isinstance(problem, SystemUnreachable):
                        failure = failure or problem
                        for later in waiting:
                            later.cancel()
                        continue
                    yield future.result()
        finally:  # also when the caller stops reading: what has not left stays here
            pool.shutdown(wait=True, cancel_futures=True)
        if failure is not None:
            raise failure

    def _save(self, save: _Save) -> LineResult:
        """Save one record; busy answers are repeated, because a refused save did nothing."""
        url = f"{RECORD_ROOT}/{save.record_type}/eid:{quote(save.posting_key, safe=':')}"
        data = simplejson.dumps(save.body, use_decimal=True).encode("utf-8")
        for attempt in range(1, BUSY_ATTEMPTS + 1):
            try:
                response = self._session.request(
                    "PUT",
                    url,
                    data=data,
                    headers=HEADERS,
                    retry=False,
                    accept=frozenset({BAD_REQUEST, BUSY}),
                )
            except OutcomeUnknown as problem:
                return LineResult(save.posting_key, "unknown", None, "IN_DOUBT", problem.tried)
            if response.status_code != BUSY:
                return self._read(save, response)
            if attempt < BUSY_ATTEMPTS:
                self._sleep(_pause(attempt, response.headers.get("Retry-After", "")))
        raise SystemUnreachable(
            self._session.system_id,
            f"{BUSY_ATTEMPTS} saves in a row were refused for too many requests",
            "something else uses up the account's concurrency limit: run again later",
        )

    def _read(self, save: _Save, response: Any) -> LineResult:
        """What one answer of the record service says about its line."""
        key = save.posting_key
        if response.status_code == BAD_REQUEST:
            refusal = read_refusal(response.content)
            if refusal is None:
                return _no_answer(key, response)
            if refusal.reason_code == "DUPLICATE":
                return self._already_there(key, refusal.message)
            return LineResult(key, "rejected", None, refusal.reason_code, refusal.message)
        record_id = response.headers.get("Location", "").rstrip("/").rpartition("/")[2]
        if response.status_code != SAVED or not record_id.isdigit():
            return _no_answer(key, response)
        return LineResult(key, "accepted", save.id_prefix + record_id)

    def _already_there(self, key: str, message: str) -> LineResult:
        """NetSuite says the external id is taken: believe it when the look-up shows the record."""
        held = self._books.held([key]).get(key, [])
        if held:
            return LineResult(key, "already_there", held[0].erp_id, None, message)
        return LineResult(key, "rejected", None, "DUPLICATE", message)


def create_delivery(system: System, session: ApiSession) -> NetSuiteDelivery:
    """The adapter for a system of vendor netsuite."""
    return NetSuiteDelivery(system, session)


def concurrency_of(system: System) -> int:
    """How many saves may be under way at once.

    Raises:
        ConfigError: if the option is no number from 1 to 4.
    """
    wanted = system.options.get("concurrency", CONCURRENCY_MAX)
    if isinstance(wanted, bool) or str(wanted) not in {str(n + 1) for n in range(CONCURRENCY_MAX)}:
        raise ConfigError(
            f"{wanted!r} saves at once are not possible",
            file="firm.yml",
            field=f"systems.{system.id}.options.concurrency",
            fix=f"write a number from 1 to {CONCURRENCY_MAX}",
        )
    return int(wanted)


def _save_of(line: Mapping[str, Any], references: References | None) -> _Save:
    key = line["posting_key"]
    if references is not None and line["entry_type"] == "expense":
        return _Save(key, "journalEntry", journal_entry(line, references), JOURNAL_PREFIX)
    return _Save(key, "timeBill", time_bill(line))


def _no_answer(key: str, response: Any) -> LineResult:
    shown = f"HTTP {response.status_code}: {response.content[:120]!r}"
    return LineResult(key, "unknown", None, "IN_DOUBT", f"no answer of the record service: {shown}")


def _pause(attempt: int, retry_after: str) -> float:
    """Seconds to wait before the next attempt."""
    told = float(retry_after) if retry_after.isdigit() else 0.0
    return min(max(told, BUSY_SECONDS * 2 ** (attempt - 1)), WAIT_SECONDS_MAX)
