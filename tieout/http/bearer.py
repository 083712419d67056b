"""Access tokens of OAuth 2.0 that live for an hour or so: got when needed, renewed when refused.

Here: `BearerToken`, which asks a token endpoint (RFC 6749, sections 4.4 and 6), and
`BearerSession`, which repeats a request once with a new token. Not here: where a vendor's endpoint
is and what it wants to know (`pipelines/<vendor>/auth.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
from requests.auth import AuthBase

from tieout.domain.errors import AuthenticationFailed, SystemUnreachable
from tieout.http.session import ApiSession

MARGIN_SECONDS: Final = 60
"""A token is renewed this long before it ends, or after half of a short life."""


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where tokens come from, and how to say what went wrong there.

    Attributes:
        path: Below the root of the session that asks.
        name, asker: What messages call the endpoint and whom it refuses.
        refused: Statuses with which it refuses.
        reason_field: Field of its answer that says why.
        fix_refused, fix_silent: What to do about a refusal, and about an answer without a token.
    """

    path: str
    asker: str
    fix_refused: str
    fix_silent: str
    name: str = "the token endpoint"
    refused: frozenset[int] = frozenset({400, 401})
    reason_field: str = "error"


class BearerToken(AuthBase):
    """Puts a live access token on every request of a session.

    Args:
        session: Session with the token endpoint's host, without authentication.
        endpoint: The endpoint.
        form: What it is asked with, `grant_type` included.
        monotonic: Seconds, for the age of the token.
    """

    def __init__(
        self,
        session: ApiSession,
        endpoint: TokenEndpoint,
        form: Mapping[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._endpoint, self._form = session, endpoint, dict(form)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Authenticate one request."""
        request.headers["Authorization"] = f"Bearer {self.token()}"
        return request

    def token(self) -> str:
        """A live access token.

        Raises:
            AuthenticationFailed: The endpoint refused.
            SystemUnreachable: No sensible answer came.
        """
        with self._lock:
            if self._monotonic() >= self._good_until:
                self._renew()
            return self._token

    def forget(self) -> None:
        """Get a new token for the next request: this one was refused."""
        with self._lock:
            self._good_until = 0.0

    def _renew(self) -> None:
        asked, system_id = self._endpoint, self._session.system_id
        response = self._session.request("POST", asked.path, data=self._form, accept=asked.refused)
        body = _json(response)
        if response.status_code in asked.refused:
            reason = body.get(asked.reason_field, "no reason")
            raise AuthenticationFailed(
                system_id, f"{asked.name} refused {asked.asker}: {reason}", asked.fix_refused
            )
        if not body.get("access_token"):
            raise SystemUnreachable(
                system_id, f"{asked.name} answered without an access token", asked.fix_silent
            )
        self._token = str(body["access_token"])
        life = float(body.get("expires_in", 0))
        self._good_until = self._monotonic() + max(life - MARGIN_SECONDS, life / 2)


def _json(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


class BearerSession(ApiSession):
    """A session that gets a new access token once when the current one is refused.

    Args:
        system_id: For messages.
        base_url: The API's root.
        bearer: The tokens.
    """

    def __init__(self, system_id: str, base_url: str, bearer: BearerToken) -> None:
        self.bearer = bearer
        super().__init__(system_id, base_url, auth=bearer)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request; a refused token is renewed once. See `ApiSession.request`.

        A request that was refused for its token was not carried out, so a write may go again.
        """
        try:
            return super().request(method, url, **options)
        except AuthenticationFailed:
            self.bearer.forget()
            return super().request(method, url, **options)
