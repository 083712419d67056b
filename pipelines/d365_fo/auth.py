"""Access to Dynamics 365 F&O: an access token of Microsoft Entra ID, for the integration's app.

OAuth 2.0 client credentials (RFC 6749, section 4.4) at ``{login}/{tenant}/oauth2/v2.0/token`` with
the environment's own address as scope. The app must be listed in F&O under Microsoft Entra
applications, which names the user whose rights it has.

Not here: what is read with it (`resources`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from tieout.config import System
from tieout.domain.errors import AuthenticationFailed, SystemUnreachable
from tieout.http import ApiSession

LOGIN_URL: Final = "https://login.microsoftonline.com"
MARGIN_SECONDS: Final = 60
_REFUSED: Final = frozenset({400, 401})


class ClientToken(AuthBase):
    """Puts a live access token on every request of a session."""

    def __init__(
        self,
        session: ApiSession,
        path: str,
        form: dict[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start without a token; the first request gets one.

        Args:
            session: session with the login host, without authentication.
            path: of the token endpoint.
            form: client_id, client_secret, scope and grant_type.
            monotonic: seconds, for the age of the token.
        """
        self._session, self._path, self._form = session, path, form
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Authenticate one request."""
        with self._lock:
            if not self._token or self._monotonic() >= self._good_until:
                self._renew()
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def forget(self) -> None:
        """Get a new token for the next request: this one was refused."""
        with self._lock:
            self._token = ""

    def _renew(self) -> None:
        response = self._session.request("POST", self._path, data=self._form, accept=_REFUSED)
        try:
            body = response.json()
        except requests.JSONDecodeError:
            body = {}
        body = body if isinstance(body, dict) else {}
        if response.status_code in _REFUSED:
            raise AuthenticationFailed(
                self._session.system_id,
                f"the login refused the app: {body.get('error_description', 'no reason')}",
                "check the secrets tenant_id, client_id and client_secret of the system",
            )
        if not body.get("access_token"):
            raise SystemUnreachable(
                self._session.system_id,
                "the login answered without an access token",
                "check option login_url in firm.yml, then run again",
            )
        self._token = str(body["access_token"])
        life = int(body.get("expires_in", 0))
        self._good_until = self._monotonic() + max(life - MARGIN_SECONDS, life // 2)


class D365FoSession(ApiSession):
    """A session that gets a new access token once when the current one is refused."""

    def __init__(self, system: System) -> None:
        """Open a session with one environment.

        Args:
            system: the system of firm.yml; option ``login_url`` names the login host of a
                sovereign cloud.

        Raises:
            ConfigError: if a secret is not named or cannot be resolved.
        """
        parts = urlsplit(system.base_url)
        form = {
            "grant_type": "client_credentials",
            "client_id": system.secret("client_id"),
            "client_secret": system.secret("client_secret"),
            "scope": f"{parts.scheme}://{parts.netloc}/.default",
        }
        login = ApiSession(system.id, str(system.options.get("login_url", LOGIN_URL)))
        path = f"{system.secret('tenant_id')}/oauth2/v2.0/token"
        self.bearer = ClientToken(login, path, form)
        super().__init__(system.id, system.base_url, auth=self.bearer)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request; a refused token is renewed once. See `ApiSession.request`."""
        try:
            return super().request(method, url, **options)
        except AuthenticationFailed:
            self.bearer.forget()
            return super().request(method, url, **options)
