"""One HTTP session per system: retries, waits, and errors that say what to do.

Reads and idempotent writes are retried on 429 (Retry-After honoured), 502, 503, 504 and broken
connections, within a bound. A write that is not idempotent passes `retry=False`: when its outcome
is not known, OutcomeUnknown is raised and the caller looks it up. HTML where JSON is due is an
outage page, not data. Links from answers are followed on the same host only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from tieout.domain.errors import AuthenticationFailed, OutcomeUnknown, SystemUnreachable
from tieout.http.inprocess import mount_all

_RETRIED = frozenset({429, 502, 503, 504})
_REFUSED = frozenset({401, 403})
_OK_FROM, _OK_UNTIL = 200, 300


@dataclass(frozen=True)
class Limits:
    """Bounds of one system's session.

    Attributes:
        attempts: how often one request is tried at most.
        timeout_seconds: connect and read timeout of one attempt.
        backoff_seconds: first wait; doubles with each attempt.
        wait_max_seconds: longest single wait, also for Retry-After.
        requests_per_second: client-side ceiling, or None.
    """

    attempts: int = 5
    timeout_seconds: float = 60.0
    backoff_seconds: float = 0.5
    wait_max_seconds: float = 300.0
    requests_per_second: float | None = None


class ApiSession:
    """A session with one system.

    Args:
        system_id: id in firm.yml, named in every error.
        base_url: root of the API; relative paths are joined to it.
        headers: headers of every request.
        auth: a requests authentication object, for example OAuth1.
        limits: bounds of attempts, waits and rate.
        sleep: how to wait, replaceable in tests.
    """

    def __init__(
        self,
        system_id: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.system_id = system_id
        self.base_url = base_url.rstrip("/") + "/"
        self.limits = limits or Limits()
        self._sleep = sleep
        self._next_slot = 0.0
        self.requests_sent = 0
        self.retries = 0
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": "tieout", **(headers or {})})
        self._session.auth = auth
        self._session.trust_env = False
        mount_all(self._session)

    def same_host(self, url: str) -> str:
        """The URL, if it stays on this system's host.

        Raises:
            SystemUnreachable: if a link of an answer leads elsewhere (it would carry our token).
        """
        absolute = urljoin(self.base_url, url)
        if urlsplit(absolute)[:2] != urlsplit(self.base_url)[:2]:
            raise SystemUnreachable(
                self.system_id,
                f"a page link leads to another host ({urlsplit(absolute).netloc})",
                "check base_url in firm.yml; links are followed on the same host only",
            )
        return absolute

    def get_json(self, url: str, params: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """GET and parse JSON. See `request` for errors."""
        return self._json(self.request("GET", url, params=params, **options))

    def get_bytes(
        self, url: str, params: Mapping[str, Any] | None = None, **options: Any
    ) -> tuple[bytes, Mapping[str, str]]:
        """GET the raw body and the response headers; the body is checked to be JSON by callers."""
        response = self.request("GET", url, params=params, **options)
        return response.content, response.headers

    def post_json(self, url: str, body: Any, **options: Any) -> Any:
        """POST JSON and parse the JSON answer (None when the answer is empty)."""
        return self._json(self.request("POST", url, json=body, **options))

    def put_json(self, url: str, body: Any, **options: Any) -> Any:
        """PUT JSON and parse the JSON answer (None when the answer is empty)."""
        return self._json(self.request("PUT", url, json=body, **options))

    def request(
        self,
        method: str,
        url: str,
        *,
        retry: bool = True,
        accept: frozenset[int] = frozenset(),
        **options: Any,
    ) -> requests.Response:
        """One request with bounded retries.

        Args:
            method: HTTP method.
            url: path below base_url, or an absolute URL on the same host.
            retry: False for a write that must not be sent twice.
            accept: further status codes to hand back instead of raising (for example 400).
            **options: passed to requests (params, json, data, headers).

        Raises:
            AuthenticationFailed: on 401 or 403.
            SystemUnreachable: when no sensible answer came within the bound.
            OutcomeUnknown: with `retry=False`, when the request may have been carried out.
        """
        address = self.same_host(url)
        options.setdefault("timeout", self.limits.timeout_seconds)
        attempts = self.limits.attempts if retry else 1
        trouble = ""
        for attempt in range(1, attempts + 1):
            self._wait_for_slot()
            self.requests_sent += 1
            try:
                response = self._session.request(method, address, **options)
            except requests.RequestException as problem:
                trouble = type(problem).__name__
                if not retry:
                    raise OutcomeUnknown(self.system_id, f"{method} {url}: {trouble}") from problem
                self._pause(attempt, attempts, None)
                continue
            if response.status_code in accept or _OK_FROM <= response.status_code < _OK_UNTIL:
                return response
            self._refuse(method, url, response, retry)
            trouble = f"HTTP {response.status_code}"
            self._pause(attempt, attempts, response.headers.get("Retry-After"))
        raise SystemUnreachable(
            self.system_id,
            f"{method} {address} failed {attempts} times, last with {trouble}",
            "check that the system is up and base_url is right, then run the same command again",
        )

    def _refuse(self, method: str, url: str, response: requests.Response, retry: bool) -> None:
        """Raise for answers that no further attempt will change."""
        status = response.status_code
        if status in _REFUSED:
            raise AuthenticationFailed(
                self.system_id,
                f"{method} {url} was refused with HTTP {status}",
                f"check the secrets of system {self.system_id} in firm.yml and its rights",
            )
        if status in _RETRIED and retry:
            return
        if not retry and status >= 500:  # noqa: PLR2004 - server errors may follow the work
            raise OutcomeUnknown(self.system_id, f"{method} {url}: HTTP {status}")
        raise SystemUnreachable(
            self.system_id,
            f"{method} {url} answered HTTP {status}: {response.text[:300]!r}",
            "read the system's message; if it is a fault of the request, report it",
        )

    def _json(self, response: requests.Response) -> Any:
        if not response.content:
            return None
        try:
            return response.json()
        except requests.JSONDecodeError:
            raise SystemUnreachable(
                self.system_id,
                f"{response.url} answered {response.headers.get('Content-Type', 'no type')}"
                f" that is no JSON: {response.text[:80]!r}",
                "an outage or login page, or a truncated answer: run the same command again",
            ) from None

    def _pause(self, attempt: int, attempts: int, retry_after: str | None) -> None:
        if attempt == attempts:
            return
        self.retries += 1
        wait = self.limits.backoff_seconds * 2 ** (attempt - 1)
        if retry_after:
            wait = max(wait, _seconds(retry_after))
        self._sleep(min(wait, self.limits.wait_max_seconds))

    def _wait_for_slot(self) -> None:
        rate = self.limits.requests_per_second
        if rate:
            now = time.monotonic()
            if now < self._next_slot:
                self._sleep(self._next_slot - now)
            self._next_slot = max(now, self._next_slot) + 1.0 / rate


def _seconds(retry_after: str) -> float:
    """Seconds of a Retry-After header, given as a number or an HTTP date (RFC 9110, 10.2.3)."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, (moment - datetime.now(tz=UTC)).total_seconds())
