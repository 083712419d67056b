"""Access to Dynamics 365 F&O: an access token of Microsoft Entra ID, for the integration's app.

OAuth 2.0 client credentials (RFC 6749, section 4.4) at ``{login}/{tenant}/oauth2/v2.0/token`` with
the environment's own address as scope. The app must be listed in F&O under Microsoft Entra
applications, which names the user whose rights it has.

Not here: what is read with it (`resources`).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from tieout.config import System
from tieout.http import ApiSession, BearerSession, BearerToken, TokenEndpoint

LOGIN_URL: Final = "https://login.microsoftonline.com"


class D365FoSession(BearerSession):
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
        endpoint = TokenEndpoint(
            path=f"{system.secret('tenant_id')}/oauth2/v2.0/token",
            name="the login",
            asker="the app",
            reason_field="error_description",
            fix_refused="check the secrets tenant_id, client_id and client_secret of the system",
            fix_silent="check option login_url in firm.yml, then run again",
        )
        login = ApiSession(system.id, str(system.options.get("login_url", LOGIN_URL)))
        super().__init__(system.id, system.base_url, BearerToken(login, endpoint, form))
