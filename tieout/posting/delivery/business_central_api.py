"""The wire to one company of Business Central: API v2.0 (OData) requests and their outcomes.

Here: `Company` with the few calls posting makes, each of which ends in a definite answer or says
that the outcome is unknown. Not here: what is read (`business_central_books`), the order of things
(`business_central`), what refusals mean (`tieout.posting.acks.business_central`), the access token
(`pipelines.business_central`).

Facts (vendor documentation): a page ends with `@odata.nextLink`; `$batch` takes at most 100
requests, and with `Isolation: snapshot` runs them in one transaction: if one fails, none happened;
`Microsoft.NAV.post` answers 204; changes need `If-Match`; 429 and 503 refuse before any work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import simplejson

from tieout.config import System
from tieout.domain.errors import ConfigError, OutcomeUnknown, SystemUnreachable
from tieout.http.session import ApiSession
from tieout.posting.acks.business_central import Refusal, read_refusal

BATCH_MAX: Final = 100
PAGES_MAX: Final = 1_000
BUSY_ATTEMPTS: Final = 6
BUSY_SECONDS: Final = 0.5
WAIT_SECONDS_MAX: Final = 60.0
OK, CREATED, NO_CONTENT, BAD_REQUEST, NOT_FOUND = 200, 201, 204, 400, 404
CONFLICT, BUSY = 409, 429
REFUSALS: Final = frozenset({BAD_REQUEST, NOT_FOUND, CONFLICT})
_HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True)
class Refused:
    """A definite no: nothing of the request was carried out.

    `position` is the number of the refused request inside a batch, counted from 0.
    """

    refusal: Refusal
    position: int = 0


class Company:
    """One company behind its API.

    Args:
        system: the system of firm.yml; option `company` is the company's id (a GUID).
        session: a session that puts an access token on every request.
        sleep: how to wait while the service is busy, replaceable in tests.

    Raises:
        ConfigError: if the option is missing.
    """

    def __init__(
        self, system: System, session: ApiSession, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._session, self._sleep = session, sleep
        self.system_id = system.id
        self.path = f"companies({company_of(system)})"

    def rows(
        self, path: str, params: Mapping[str, Any] | None = None, *, may_be_gone: bool = False
    ) -> list[dict[str, Any]]:
        """All records of a list below the company.

        Args:
            path: the list.
            params: query options of the first page.
            may_be_gone: True when the record that the list belongs to may have been deleted
                since it was seen: then there are no records.

        Raises:
            SystemUnreachable: when any page is no page; it is never taken for "nothing".
        """
        found: list[dict[str, Any]] = []
        gone = frozenset({NOT_FOUND}) if may_be_gone else frozenset()
        url: str | None = f"{self.path}/{path}"
        for _ in range(PAGES_MAX):
            response = self._session.request(
                "GET", url, params=params, headers=_HEADERS, accept=gone
            )
            page = self._parsed(response.content)
            if response.status_code == NOT_FOUND:
                return []
            if not isinstance(page.get("value"), list):
                raise self._unusable("a list", response.content)
            found += page["value"]
            url, params = page.get("@odata.nextLink"), None
            if url is None:
                return found
        raise SystemUnreachable(self.system_id, f"{path} does not end", "report it")

    def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any] | Refused:
        """Make one record: the record as held, or the refusal.

        Raises:
            OutcomeUnknown: it may exist or not.
        """
        response = self._write("POST", f"{self.path}/{path}", body)
        if response.status_code == CREATED:
            record = self._answer(response.content)
            if "id" in record:
                return record
        return self._refused(response)

    def create_together(
        self, path: str, bodies: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]] | Refused:
        """Make some records (at most `BATCH_MAX`) in one transaction: all, or none.

        Raises:
            OutcomeUnknown: they may exist or not.
        """
        plain = {"Content-Type": "application/json"}
        asked = [
            {"method": "POST", "id": str(n), "url": f"{self.path}/{path}", "headers": plain,
             "body": body}
            for n, body in enumerate(bodies)
        ]  # fmt: skip
        ids = [request["id"] for request in asked]
        response = self._write("POST", "$batch", {"requests": asked}, {"Isolation": "snapshot"})
        if response.status_code != OK:
            return self._refused(response)
        answers = self._answer(response.content).get("responses")
        if not isinstance(answers, list):
            raise OutcomeUnknown(self.system_id, f"$batch: {response.content[:120]!r}")
        for answer in answers:
            refusal = read_refusal(answer.get("body") or {})
            if answer.get("status") in REFUSALS and answer["id"] in ids and refusal is not None:
                return Refused(refusal, ids.index(answer["id"]))
        if [answer.get("status") for answer in answers] != [CREATED] * len(asked):
            raise OutcomeUnknown(self.system_id, f"$batch answered {len(answers)} of {len(asked)}")
        return [answer["body"] for answer in answers]

    def act(self, path: str) -> Refused | None:
        """Run a bound action such as `journals({id})/Microsoft.NAV.post`; None when it is done.

        Raises:
            OutcomeUnknown: it may have been done, or be done later.
        """
        response = self._write("POST", f"{self.path}/{path}", {})
        return None if response.status_code == NO_CONTENT else self._refused(response)

    def delete(self, path: str) -> None:
        """Delete a record for certain; one that is gone already is no error.

        Raises:
            SystemUnreachable: it may still be there.
        """
        response = self._session.request(
            "DELETE",
            f"{self.path}/{path}",
            headers={**_HEADERS, "If-Match": "*"},
            accept=REFUSALS,
        )
        if response.status_code not in (NO_CONTENT, NOT_FOUND):
            raise SystemUnreachable(
                self.system_id,
                f"{path} was not deleted: HTTP {response.status_code} {response.content[:200]!r}",
                "it is being posted, or the integration user lacks the right: run again later",
            )

    def _write(
        self, method: str, url: str, body: Mapping[str, Any], more: Mapping[str, str] | None = None
    ) -> Any:
        """One write; busy answers are repeated, because a request that is refused did nothing."""
        data = simplejson.dumps(body, use_decimal=True).encode("utf-8")
        for attempt in range(1, BUSY_ATTEMPTS + 1):
            response = self._session.request(
                method,
                url,
                data=data,
                headers={**_HEADERS, **(more or {})},
                retry=False,
                accept=REFUSALS | {BUSY},
            )
            if response.status_code != BUSY:
                return response
            if attempt < BUSY_ATTEMPTS:
                self._sleep(_pause(attempt, response.headers.get("Retry-After", "")))
        raise SystemUnreachable(
            self.system_id,
            f"{BUSY_ATTEMPTS} requests in a row were refused for too many requests",
            "something else uses up the limit of 6000 requests in five minutes: run again later",
        )

    def _refused(self, response: Any) -> Refused:
        refusal = read_refusal(response.content)
        if response.status_code in REFUSALS and refusal is not None:
            return Refused(refusal)
        shown = f"HTTP {response.status_code}: {response.content[:120]!r}"
        raise OutcomeUnknown(self.system_id, f"no answer of the API: {shown}")

    def _answer(self, content: bytes) -> dict[str, Any]:
        """The object in the answer to a write; what is none leaves the outcome unknown."""
        try:
            return self._parsed(content)
        except SystemUnreachable as problem:
            raise OutcomeUnknown(self.system_id, problem.tried) from problem

    def _parsed(self, content: bytes) -> dict[str, Any]:
        try:
            parsed = simplejson.loads(content, use_decimal=True)
        except ValueError:
            raise self._unusable("JSON", content) from None
        if not isinstance(parsed, dict):
            raise self._unusable("an object", content)
        return parsed

    def _unusable(self, wanted: str, content: bytes) -> SystemUnreachable:
        return SystemUnreachable(
            self.system_id,
            f"the answer is not {wanted}: {content[:120]!r}",
            "an outage page or a truncated answer: run the same command again",
        )


def company_of(system: System) -> str:
    """The id of the company.

    Raises:
        ConfigError: if it is not named.
    """
    company = str(system.options.get("company", ""))
    if not company:
        raise ConfigError(
            f"{system.id} does not say which company to post to",
            file="firm.yml",
            field=f"systems.{system.id}.options.company",
            fix="write the id of the company, as `GET companies` shows it",
        )
    return company


def _pause(attempt: int, retry_after: str) -> float:
    """Seconds to wait before the next attempt."""
    told = float(retry_after) if retry_after.isdigit() else 0.0
    return min(max(told, BUSY_SECONDS * 2 ** (attempt - 1)), WAIT_SECONDS_MAX)
