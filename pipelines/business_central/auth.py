"""Access to Business Central: an access token for about an hour, got with client credentials.

OAuth 2.0, RFC 6749 section 4.4, at the token endpoint of the Microsoft identity platform. Here:
`BusinessCentralSession`, which the extraction and the posting step share. Not here: what is read
with it (`resources`), what is posted with it (`tieout.posting.delivery.business_central`).
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
from tieout.domain.errors import AuthenticationFailed, ConfigError, SystemUnreachable
from tieout.http import ApiSession

LOGIN: Final = "https://login.microsoftonline.com"
SCOPE: Final = "https://api.businesscentral.dynamics.com/.default"
MARGIN_SECONDS: Final = 60
_REFUSED: Final = frozenset({400, 401})


class ClientToken(AuthBase):
    """Puts a live access token on every request of a session.

    Args:
        session: session with the token endpoint's host, without authentication.
        path: path of the token endpoint.
        form: client_id and client_secret.
        monotonic: seconds, for the age of the token.
    """

    def __init__(
        self,
        session: ApiSession,
        path: str,
        form: dict[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._path, self._form = session, path, form
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
            AuthenticationFailed: if the client is refused.
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
        form = {"grant_type": "client_credentials", "scope": SCOPE, **self._form}
        response = self._session.request("POST", self._path, data=form, accept=_REFUSED)
        try:
            body = response.json()
        except requests.JSONDecodeError:
            body = {}
        if response.status_code in _REFUSED:
            raise AuthenticationFailed(
                self._session.system_id,
                f"the token endpoint refused the client: {body.get('error', 'no reason')}",
                "renew the secrets client_id and client_secret, or the app's consent",
            )
        if not body.get("access_token"):
            raise SystemUnreachable(
                self._session.system_id,
                "the token endpoint answered without an access token",
                "check option token_url or tenant in firm.yml, then run again",
            )
        self._token = str(body["access_token"])
        life = float(body.get("expires_in", 0))
        self._good_until = self._monotonic() + max(life - MARGIN_SECONDS, life / 2)


class BusinessCentralSession(ApiSession):
    """A session that gets a new access token once when the current one is refused.

    Args:
        system: the system of firm.yml; option `tenant` is the directory's id, option `token_url`
            names another token endpoint than that of the identity platform.

    Raises:
        ConfigError: if a secret or the tenant is missing.
    """

    def __init__(self, system: System) -> None:
        address = urlsplit(token_url(system))
        tokens = ApiSession(system.id, f"{address.scheme}://{address.netloc}")
        form = {name: system.secret(name) for name in ("client_id", "client_secret")}
        self.bearer = ClientToken(tokens, address.path.lstrip("/"), form)
        super().__init__(system.id, system.base_url, auth=self.bearer)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request; a refused token is renewed once. See `ApiSession.request`.

        A request that was refused for its token was not carried out, so a write may go again.
        """
        try:
            return super().request(method, url, **options)
        except AuthenticationFailed:
            self.bearer.forget()
            return super().request(method, url, **options)


def token_url(system: System) -> str:
    """The address of the token endpoint.

    Raises:
        ConfigError: if neither option names it.
    """
    named, tenant = (str(system.options.get(name, "")) for name in ("token_url", "tenant"))
    if not named and not tenant:
        raise ConfigError(
            f"{system.id} does not say where its access tokens come from",
            file="firm.yml",
            field=f"systems.{system.id}.options.tenant",
            fix="write the directory (tenant) id",
        )
    return named or f"{LOGIN}/{tenant}/oauth2/v2.0/token"
