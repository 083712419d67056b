"""Access to SAP Concur: an access token for an hour, got with the refresh token.

OAuth 2.0, RFC 6749 section 6, at the site's ``/oauth2/v0/token``. A refresh token lives six
months; a site may answer with a fresh one, but the old one keeps its time, so nothing is stored.

Not here: what is read with it (`resources`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import requests
from requests.auth import AuthBase

from tieout.config import System
from tieout.domain.errors import AuthenticationFailed, SystemUnreachable
from tieout.http import ApiSession

TOKEN_PATH: Final = "oauth2/v0/token"  # noqa: S105 - an address
MARGIN_SECONDS: Final = 60
_REFUSED: Final = frozenset({400})


class BearerToken(AuthBase):
    """Puts a live access token on every request of a session."""

    def __init__(
        self,
        session: ApiSession,
        form: dict[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start without a token; the first request gets one.

        Args:
            session: session with the token endpoint's host, without authentication.
            form: client_id, client_secret and refresh_token.
            monotonic: seconds, for the age of the token.
        """
        self._session = session
        self._form = form
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
            AuthenticationFailed: if the refresh token or the client is refused.
            SystemUnreachable: if no sensible answer came.
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
        form = {"grant_type": "refresh_token", **self._form}
        response = self._session.request("POST", TOKEN_PATH, data=form, accept=_REFUSED)
        body = _json(response)
        if response.status_code in _REFUSED:
            raise AuthenticationFailed(
                self._session.system_id,
                f"the token endpoint refused the refresh token: {body.get('error', 'no reason')}",
                "renew the secrets client_id, client_secret and refresh_token of the system",
            )
        if not body.get("access_token"):
            raise SystemUnreachable(
                self._session.system_id,
                "the token endpoint answered without an access token",
                "check base_url or option token_url in firm.yml, then run again",
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


class ConcurSession(ApiSession):
    """A session that gets a new access token once when the current one is refused."""

    def __init__(self, system: System) -> None:
        """Open a session with one site.

        Args:
            system: the system of firm.yml; option ``token_url`` names the token endpoint where it
                is not below the same root as the API.

        Raises:
            ConfigError: if a secret is not named or cannot be resolved.
        """
        form = {
            name: system.secret(name) for name in ("client_id", "client_secret", "refresh_token")
        }
        root = str(system.options.get("token_url", "")).removesuffix(TOKEN_PATH)
        tokens = ApiSession(system.id, root or system.base_url.partition("/api/")[0])
        self.bearer = BearerToken(tokens, form)
        super().__init__(system.id, system.base_url, auth=self.bearer)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request; a refused token is renewed once. See `ApiSession.request`."""
        try:
            return super().request(method, url, **options)
        except AuthenticationFailed:
            self.bearer.forget()
            return super().request(method, url, **options)
