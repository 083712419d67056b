"""Access to Business Central: an access token for about an hour, got with client credentials.

OAuth 2.0, RFC 6749 section 4.4, at the token endpoint of the Microsoft identity platform. Here:
`BusinessCentralSession`, which the extraction and the posting step share. Not here: what is read
with it (`resources`), what is posted with it (`tieout.posting.delivery.business_central`).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from tieout.config import System
from tieout.domain.errors import ConfigError
from tieout.http import ApiSession, BearerSession, BearerToken, TokenEndpoint

LOGIN: Final = "https://login.microsoftonline.com"
SCOPE: Final = "https://api.businesscentral.dynamics.com/.default"


class BusinessCentralSession(BearerSession):
    """A session that gets a new access token once when the current one is refused.

    Args:
        system: the system of firm.yml; option `tenant` is the directory's id, option `token_url`
            names another token endpoint than that of the identity platform.

    Raises:
        ConfigError: if a secret or the tenant is missing.
    """

    def __init__(self, system: System) -> None:
        address = urlsplit(token_url(system))
        endpoint = TokenEndpoint(
            path=address.path.lstrip("/"),
            asker="the client",
            fix_refused="renew the secrets client_id and client_secret, or the app's consent",
            fix_silent="check option token_url or tenant in firm.yml, then run again",
        )
        form = {name: system.secret(name) for name in ("client_id", "client_secret")}
        form |= {"grant_type": "client_credentials", "scope": SCOPE}
        tokens = ApiSession(system.id, f"{address.scheme}://{address.netloc}")
        super().__init__(system.id, system.base_url, BearerToken(tokens, endpoint, form))


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
