"""Login of the emulated Dynamics 365 F&O: an access token of Microsoft Entra ID.

Here: the token endpoint (OAuth 2.0 client credentials, ``/{tenant}/oauth2/v2.0/token``), the check
of bearer tokens, and the credentials that the sandbox accepts. Not here: the API.

Named assumptions: a token lives an hour and is not known any more after a restart; the scope is
not compared with the environment's address.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import Clock, json_response

CREDENTIALS: Final[Mapping[str, str]] = {
    "tenant_id": "sandbox-tenant",
    "client_id": "sandbox-d365-client",
    "client_secret": "sandbox-d365-secret",
}
"""Secret name (as in ``firm.yml``) -> the value the sandbox accepts; opens nothing else."""
LIFE: Final = timedelta(hours=1)


class Tokens:
    """Access tokens that were handed out.

    Args:
        clock: the environment's clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._good_until: dict[str, datetime] = {}

    def issue(self, request: Request, tenant: str) -> Response:
        """Answer the token endpoint."""
        form = request.form
        known = {name: CREDENTIALS[name] for name in ("client_id", "client_secret")}
        if tenant != CREDENTIALS["tenant_id"] or any(
            form.get(name) != value for name, value in known.items()
        ):
            text = "AADSTS7000215: Invalid client secret provided."
            return json_response({"error": "invalid_client", "error_description": text}, 401)
        if form.get("grant_type") != "client_credentials" or not form.get("scope", "").endswith(
            "/.default"
        ):
            text = "AADSTS900144: The request body must contain the parameter 'scope'."
            return json_response({"error": "invalid_request", "error_description": text}, 400)
        token = secrets.token_hex(16)
        self._good_until[token] = self._clock() + LIFE
        life = int(LIFE.total_seconds())
        return json_response({"token_type": "Bearer", "expires_in": life, "access_token": token})

    def refusal(self, request: Request) -> Response | None:
        """The answer to a request without a live token, else None."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        until = self._good_until.get(token)
        if until is not None and self._clock() < until:
            return None
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})

    def forget(self) -> None:
        """Every token ends now."""
        self._good_until.clear()
