"""How Oracle Fusion is read: which resource answers for which table, and its pages.

Here: `OracleFusionExtractor`. Not here: the declared columns (`tables`), how an item becomes flat
records (`flat`), and what is done with the pages (`pipelines.landing`).

Facts: `projectCosts`, `journalBatches` with headers and lines, `accountingPeriodStatusLOV`,
`currencyRates` and `projects` below fscmRestApi, `emps` below hcmRestApi; `q`, `limit`, `offset`,
`hasMore`. Assumed: that `q` takes comparisons of dates and instants as texts and `orderBy` works,
and that our DFF context `Tieout` is shown by the child `ProjectCostsDFF`. A batch has no date that
could bound a listing, so journals are swept whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from pipelines.contracts import Page, Table, Window
from pipelines.oracle_fusion.flat import (
    Entities,
    Flatten,
    costs_of,
    journals_of,
    periods_of,
    persons_of,
    projects_of,
    rates_of,
)
from tieout.config import System
from tieout.domain.errors import ContractError, SystemUnreachable
from tieout.http import ApiSession

FINANCE: Final = "fscmRestApi/resources/11.13.18.05"
PEOPLE: Final = "hcmRestApi/resources/11.13.18.05"
FRAMEWORK: Final = {"REST-Framework-Version": "4"}
PER_PAGE: Final = 500
PAGES_MAX: Final = 100_000


@dataclass(frozen=True)
class Resource:
    """One resource and how it is asked.

    Attributes:
        path: below the pod's root.
        order: field that orders the pages.
        flatten: makes records of the table from one item.
        dated: field that bounds a sweep.
        changed: field that a cursor bounds; empty where everything is listed.
        expand: children to show.
    """

    path: str
    order: str
    flatten: Flatten
    dated: str = ""
    changed: str = ""
    expand: str = ""


class OracleFusionExtractor:
    """Pages through one pod.

    Args:
        system: the system of firm.yml.
        session: an authenticated session.
        now: the instant of the run; unused, Oracle is asked by its own stamps.
    """

    def __init__(self, system: System, session: ApiSession | None, now: datetime) -> None:
        del now
        assert session is not None, "oracle_fusion speaks HTTP"
        self._system, self._session = system, session
        self._entities = Entities(system.options)

    def pages(self, table: Table, window: Window) -> Iterator[Page]:
        """Every page of one table.

        Raises:
            SystemUnreachable: if an answer is no page, or the paging does not end.
        """
        resource = RESOURCES[table.name]
        wanted = {"limit": PER_PAGE, "onlyData": "true", "orderBy": resource.order}
        wanted |= {"q": query} if (query := _query(resource, window)) else {}
        wanted |= {"expand": resource.expand} if resource.expand else {}
        offset = 0
        for _ in range(PAGES_MAX):
            raw, _headers = self._session.get_bytes(
                resource.path, {**wanted, "offset": offset}, headers=FRAMEWORK
            )
            items, has_more = self._read(table.name, raw)
            yield Page(raw, given=self._flat(table.name, resource, items))
            if not has_more:
                return
            offset += len(items)
        raise SystemUnreachable(
            self._system.id, f"{table.name}: more than {PAGES_MAX} pages", "report it"
        )

    def _flat(self, name: str, resource: Resource, items: list[Any]) -> list[dict[str, Any]]:
        try:
            return [record for item in items for record in resource.flatten(self._entities, item)]
        except (KeyError, TypeError) as problem:
            raise ContractError(
                f"{self._system.id}.{name}: an item lacks {problem}",
                field=f"{self._system.id}.{name}",
                fix="grant the integration user the fields of the resource, then run again",
            ) from problem

    def _read(self, name: str, raw: bytes) -> tuple[list[dict[str, Any]], bool]:
        try:
            answer = json.loads(raw, parse_float=Decimal)
        except ValueError:
            answer = None
        page = answer if isinstance(answer, dict) else {}
        items = page.get("items")
        if not isinstance(items, list) or page.get("count") != len(items):
            raise SystemUnreachable(
                self._system.id,
                f"{name} was answered with {raw[:80]!r}, which is no page",
                "an outage page or a truncated answer: run the same command again",
            )
        return items, bool(page.get("hasMore")) and bool(items)


def _query(resource: Resource, window: Window) -> str:
    """The window as a `q` expression."""
    if window.sweep_from is not None and resource.dated:
        return f"{resource.dated} >= '{window.sweep_from.isoformat()}'"
    if window.since is not None and resource.changed:
        since = window.since.astimezone(UTC).isoformat(timespec="milliseconds")
        return f"{resource.changed} >= '{since.replace('+00:00', 'Z')}'"
    return ""


_STAMP = "LastUpdateDate"
RESOURCES: Final[dict[str, Resource]] = {
    "project_costs": Resource(
        f"{FINANCE}/projectCosts", "TransactionNumber", costs_of,
        dated="AccountingDate", changed=_STAMP, expand="ProjectCostsDFF",
    ),
    "journal_lines": Resource(
        f"{FINANCE}/journalBatches", "JeBatchId", journals_of, changed=_STAMP,
        expand="journalHeaders.journalLines",
    ),
    "accounting_periods": Resource(
        f"{FINANCE}/accountingPeriodStatusLOV", "LedgerId,ApplicationId,PeriodNameId", periods_of
    ),
    "currency_rates": Resource(f"{FINANCE}/currencyRates", "ConversionDate", rates_of),
    "projects": Resource(f"{FINANCE}/projects", "ProjectId", projects_of),
    "persons": Resource(f"{PEOPLE}/emps", "PersonId", persons_of),
}  # fmt: skip
