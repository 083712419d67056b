"""Oracle Fusion's REST services as the posting step asks them.

Here: `Fusion`: pages of a resource, finders and operations of `erpintegrations`, and pages of the
scheduler's requests; every answer is checked to be one. Not here: what is asked
(`oracle_fusion_jobs`, `oracle_fusion_books`).

Facts: `fscmRestApi/resources/11.13.18.05`, `q` with `IN`, `limit`/`offset`/`hasMore`; finders
ESSJobStatusRF and ESSJobExecutionDetailsRF of erpintegrations; the scheduler's
`ess/rest/scheduler/v1/requests/search/{pageIndex}`. Assumed: the finder DocumentIdsForFilePrefixRF.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import simplejson

from tieout.domain.errors import OutcomeUnknown, SystemUnreachable
from tieout.http.session import ApiSession

RESOURCES: Final = "fscmRestApi/resources/11.13.18.05"
INTEGRATIONS: Final = f"{RESOURCES}/erpintegrations"
SCHEDULER: Final = "ess/rest/scheduler/v1/requests/search"
FRAMEWORK: Final = {"REST-Framework-Version": "4"}
PAGE_ROWS: Final = 500
PAGES_MAX: Final = 2_000
NULL: Final = "#NULL"


class Fusion:
    """Questions to one Fusion pod.

    Args:
        session: session with the pod's root as base_url, authenticated.
    """

    def __init__(self, session: ApiSession) -> None:
        self._session = session

    @property
    def system_id(self) -> str:
        """Id of the system in firm.yml, for errors."""
        return self._session.system_id

    def rows(self, resource: str, query: str, fields: str = "") -> Iterator[dict[str, Any]]:
        """All items of a resource that a `q` expression selects, page by page.

        Raises:
            SystemUnreachable: for any answer that is no page; it is never taken for "nothing".
        """
        wanted = {"q": query, "onlyData": "true", "limit": PAGE_ROWS}
        wanted |= {"fields": fields} if fields else {}
        offset = 0
        for _ in range(PAGES_MAX):
            page = self._get(f"{RESOURCES}/{resource}", {**wanted, "offset": offset})
            items = page.get("items")
            if not isinstance(items, list) or page.get("count") != len(items):
                raise self.unusable(resource, page)
            yield from items
            if not page.get("hasMore"):
                return
            offset += len(items)
        raise self.unusable(resource, f"more than {PAGES_MAX} pages")

    def finder(self, name: str, **values: str) -> list[dict[str, Any]]:
        """The items that a finder of erpintegrations returns.

        Raises:
            SystemUnreachable: for any answer that is no list of items.
        """
        listed = ",".join(f"{key}={value}" for key, value in values.items())
        answer = self._get(INTEGRATIONS, {"finder": f"{name};{listed}", "onlyData": "true"})
        items = answer.get("items")
        if not isinstance(items, list):
            raise self.unusable(name, answer)
        return items

    def operate(self, operation: str, *, retry: bool, **values: str) -> dict[str, Any]:
        """One operation of erpintegrations.

        Args:
            operation: its OperationName.
            retry: False for an operation that must not happen twice.
            **values: further properties of the request.

        Raises:
            SystemUnreachable: it was certainly not carried out, or Oracle refused it.
            OutcomeUnknown: with `retry=False`, when it may have been carried out.
        """
        body = {"OperationName": operation, **values}
        response = self._session.request(
            "POST", INTEGRATIONS, json=body, headers=FRAMEWORK, retry=retry
        )
        try:
            return self._read(operation, response.content)
        except SystemUnreachable as problem:
            if retry:
                raise
            raise OutcomeUnknown(self.system_id, problem.tried) from problem

    def document(self, answer: Mapping[str, Any], what: str) -> bytes:
        """The file in an answer's DocumentContent.

        Raises:
            SystemUnreachable: if there is none.
        """
        content = answer.get("DocumentContent")
        try:
            return base64.b64decode(content or "", validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise self.unusable(what, answer) from None

    def requests(self, job: str, *, fields: str) -> Iterator[dict[str, Any]]:
        """Scheduled requests of a job definition, newest first.

        Raises:
            SystemUnreachable: for any answer that is no page.
        """
        wanted = {
            "q": f'jobDefinitionId co "{job}"',
            "fields": fields,
            "orderBy": "requestId:desc",
        }
        for number in range(PAGES_MAX):
            page = self._get(f"{SCHEDULER}/{number}", wanted)
            items = page.get("items")
            if not isinstance(items, list) or page.get("pageIndex") != number:
                raise self.unusable("the scheduler", page)
            if not items:
                return
            yield from items
        raise self.unusable("the scheduler", f"more than {PAGES_MAX} pages")

    def _get(self, url: str, params: Mapping[str, Any]) -> dict[str, Any]:
        response = self._session.request("GET", url, params=params, headers=FRAMEWORK)
        return self._read(url, response.content)

    def _read(self, what: str, content: bytes) -> dict[str, Any]:
        try:
            answer = simplejson.loads(content, use_decimal=True)
        except ValueError:
            raise self.unusable(what, content[:200]) from None
        if not isinstance(answer, dict):
            raise self.unusable(what, answer)
        return answer

    def unusable(self, what: str, shown: object) -> SystemUnreachable:
        """The error for an answer that is none."""
        return SystemUnreachable(
            self.system_id,
            f"{what} was answered with {str(shown)[:200]!r}",
            "an outage page, a truncated answer or a missing field: run the same command again",
        )


def literal(text: str) -> str:
    """A text as a literal of a `q` expression."""
    return "'" + text.replace("'", "''") + "'"


def figure(value: Any) -> Decimal:
    """A JSON number or text as an exact decimal; nothing is zero."""
    return Decimal(str(value)) if value is not None else Decimal(0)
