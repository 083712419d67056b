"""How Tryton is read: which model answers for which table, paging, plain values from typed JSON.

Here: `TrytonExtractor`. Not here: the declared columns (`tables`) and what is done with the pages
(`pipelines.landing`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pipelines.contracts import Page, Table, Window
from tieout.config import System
from tieout.domain.errors import AuthenticationFailed, ConfigError, SystemUnreachable
from tieout.http import ApiSession

PAGE_RECORDS = 500
PAGES_MAX = 100_000
STAMPS = ("create_date", "write_date")
LINE_STAMPS = tuple(f"lines.{stamp}" for stamp in STAMPS)
_NO_RIGHT = "You are not allowed to access"
_PARTS_OF_A_DATE = ("year", "month", "day")
_PARTS_OF_AN_INSTANT = (*_PARTS_OF_A_DATE, "hour", "minute", "second", "microsecond")


@dataclass(frozen=True)
class Endpoint:
    """One model and what is asked of it.

    Attributes:
        model: Tryton model.
        fields: fields to read, dotted through relations.
        domain: which records belong to the table.
        stamps: fields that tell when the record or a part of it changed; the newest becomes
            `changed_at`.
        dated: field a sweep is bounded by, or empty.
        explode: one-to-many field whose items are the records of the table.
    """

    model: str
    fields: tuple[str, ...]
    domain: tuple[Any, ...] = ()
    stamps: tuple[str, ...] = STAMPS
    dated: str = ""
    explode: str = ""


_COMPANY = "company.party.code"
_LINE_FIELDS = (
    "lines.account.code", "lines.debit", "lines.credit", "lines.second_currency.code",
    "lines.amount_second_currency", "lines.description", "lines.state",
)  # fmt: skip

ENDPOINTS = {
    "account_moves": Endpoint(
        "account.move",
        (
            "number", "state", "date", "post_date", "description", "journal.code",
            "period.start_date", _COMPANY, "company.currency.code", "create_uid.login",
        ),
        stamps=(*STAMPS, *LINE_STAMPS),
        dated="date",
    ),
    "account_move_lines": Endpoint(
        "account.move",
        _LINE_FIELDS,
        stamps=(*STAMPS, *LINE_STAMPS),
        dated="date",
        explode="lines",
    ),
    "accounting_periods": Endpoint(
        "account.period", ("name", "start_date", "end_date", "state", "type", _COMPANY)
    ),
    "currency_rates": Endpoint("currency.currency.rate", ("currency.code", "date", "rate")),
    "project_works": Endpoint(
        "project.work",
        (
            "name", "type", _COMPANY, "party.code", "status.name", "status.progress",
            "timesheet_start_date", "timesheet_end_date",
        ),
        domain=(["type", "=", "project"],),
    ),
    "employees": Endpoint(
        "company.employee",
        ("party.code", "party.name", "party.email", "start_date", "end_date", _COMPANY),
        stamps=(*STAMPS, "party.create_date", "party.write_date"),
    ),
}  # fmt: skip


class TrytonExtractor:
    """Pages through one Tryton database.

    Args:
        system: the system of firm.yml.
        session: an authenticated session whose base_url ends in the database name.
        now: the instant of the run; Tryton needs no upper bound, so it is not used.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del now
        if session is None:
            raise ConfigError(f"system {system.id} needs an HTTP session")
        self._system = system
        self._session = session
        self._context: dict[str, Any] | None = None

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """The answers for one table and window, by ascending id."""
        endpoint = ENDPOINTS[table.name]
        fields = [*endpoint.fields, *endpoint.stamps]
        last = 0
        for _ in range(PAGES_MAX):
            domain = [*endpoint.domain, *_bounds(endpoint, window), ["id", ">", last]]
            raw, answers = self._search_read(endpoint.model, domain, PAGE_RECORDS, fields)
            yield Page(raw, given=list(_records(endpoint, answers)))
            if len(answers) < PAGE_RECORDS:
                return
            last = answers[-1]["id"]
        raise SystemUnreachable(
            self._system.id,
            f"{table.name}: more than {PAGES_MAX} pages",
            "the paging does not end; report it",
        )

    def _search_read(
        self, model: str, domain: list[Any], limit: int | None, fields: list[str]
    ) -> tuple[bytes, list[dict[str, Any]]]:
        params = [domain, 0, limit, [["id", "ASC"]], fields, self._company_context()]
        return self._call(f"model.{model}.search_read", params)

    def _company_context(self) -> dict[str, Any]:
        """Context of every call: the company, and records that are no longer active too."""
        if self._context is None:
            wanted = self._system.options.get("company")
            domain = [["party.code", "=", wanted]] if wanted else []
            params = [domain, 0, None, [["id", "ASC"]], ["party.code"], {}]
            _, found = self._call("model.company.company.search_read", params)
            if len(found) != 1:
                codes = ", ".join(str(row["party."]["code"]) for row in found) or "none"
                raise ConfigError(
                    f"{self._system.id} shows {len(found)} companies ({codes}), not one",
                    field=f"systems.{self._system.id}.options.company",
                    fix="name the code of the company's party, and give the user access to it",
                )
            company = found[0]["id"]
            self._context = {"company": company, "companies": [company], "active_test": False}
        return self._context

    def _call(self, method: str, params: list[Any]) -> tuple[bytes, list[dict[str, Any]]]:
        """One call; Tryton answers errors with status 200."""
        body = {"id": 1, "method": method, "params": params}
        response = self._session.request("POST", "rpc/", json=body)
        try:
            answer = json.loads(response.content, parse_float=Decimal)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not {"result", "error"} & set(answer):
            raise SystemUnreachable(
                self._system.id,
                f"{method} answered {response.text[:80]!r}, which is no JSON-RPC",
                "check that base_url ends in the name of the database, then run again",
            )
        if "error" in answer:
            kind = AuthenticationFailed if _NO_RIGHT in str(answer["error"]) else SystemUnreachable
            raise kind(
                self._system.id,
                f"{method} answered the error {str(answer['error'])[:300]}",
                "give the integration user the right, or install the module, then run again",
            )
        return response.content, answer["result"]


def _bounds(endpoint: Endpoint, window: Window) -> list[Any]:
    """The window as a Tryton domain; an instant bounds every stamp of the record."""
    if window.sweep_from is not None and endpoint.dated:
        day = {"__class__": "date", **{p: getattr(window.sweep_from, p) for p in _PARTS_OF_A_DATE}}
        return [[endpoint.dated, ">=", day]]
    if window.since is None:
        return []
    since = window.since.astimezone(UTC)
    instant = {"__class__": "datetime", **{p: getattr(since, p) for p in _PARTS_OF_AN_INSTANT}}
    return [["OR", *([stamp, ">=", instant] for stamp in endpoint.stamps)]]


def _records(endpoint: Endpoint, answers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records of the table, with plain values and `changed_at`."""
    for answer in answers:
        record = plain(answer)
        changed = max(stamp for path in endpoint.stamps for stamp in _values(record, path))
        if not endpoint.explode:
            yield {**record, "changed_at": changed}
            continue
        for item in record[endpoint.explode]:
            yield {**item, "move": {"id": record["id"]}, "changed_at": changed}


def _values(record: Any, path: str) -> Iterator[str]:
    """All non-empty values at a dotted path that may lead through lists."""
    head, _, rest = path.partition(".")
    for item in record if isinstance(record, list) else [record]:
        value = item.get(head) if isinstance(item, dict) else None
        if rest:
            yield from _values(value, rest)
        elif value is not None:
            yield value


def plain(value: Any) -> Any:
    """Tryton's typed JSON as plain values: decimals exact, dates and instants as ISO text.

    The fields of a relation `party` arrive under the key `party.`; the key loses its dot.
    """
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("__class__")
    if kind == "Decimal":
        return Decimal(value["decimal"])
    if kind == "date":
        return f"{value['year']:04d}-{value['month']:02d}-{value['day']:02d}"
    if kind == "datetime":
        parts = [value[part] for part in _PARTS_OF_AN_INSTANT]
        return datetime(*parts, tzinfo=UTC).isoformat(timespec="microseconds")
    return {name.removesuffix("."): plain(item) for name, item in value.items()}
