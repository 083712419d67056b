"""Access to SAP Concur: an access token for an hour, got with the refresh token.

OAuth 2.0, RFC 6749 section 6, at the site's ``/oauth2/v0/token``. A refresh token lives six
months; a site may answer with a fresh one, but the old one keeps its time, so nothing is stored.

Not here: what is read with it (`resources`).
"""

from __future__ import annotations

from typing import Final

from tieout.config import System
from tieout.http import ApiSession, BearerSession, BearerToken, TokenEndpoint

TOKEN_PATH: Final = "oauth2/v0/token"  # noqa: S105 - an address
ENDPOINT: Final = TokenEndpoint(
    path=TOKEN_PATH,
    asker="the refresh token",
    refused=frozenset({400}),
    fix_refused="renew the secrets client_id, client_secret and refresh_token of the system",
    fix_silent="check base_url or option token_url in firm.yml, then run again",
)


class ConcurSession(BearerSession):
    """A session that gets a new access token once when the current one is refused."""

    def __init__(self, system: System) -> None:
        """Open a session with one site.

        Args:
            system: the system of firm.yml; option ``token_url`` names the token endpoint where it
                is not below the same root as the API.

        Raises:
            ConfigError: if a secret is not named or cannot be resolved.
        """
        form = {"grant_type": "refresh_token"} | {
            name: system.secret(name) for name in ("client_id", "client_secret", "refresh_token")
        }
        root = str(system.options.get("token_url", "")).removesuffix(TOKEN_PATH)
        tokens = ApiSession(system.id, root or system.base_url.partition("/api/")[0])
        super().__init__(system.id, system.base_url, BearerToken(tokens, ENDPOINT, form))
