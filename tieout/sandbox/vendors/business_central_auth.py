"""Access to the emulated Business Central: OAuth 2.0 client credentials, bearer tokens, the limit.

Here: the token endpoint of the identity platform, the check of a request's token, and the count of
requests in five minutes. Not here: the API (`business_central`).

Assumed beyond the documented facts: every tenant's token endpoint is served; a token lives an hour.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.business_central_errors import TOO_MANY, Refusal, no_login

TOKEN_RULE: Final = "/<tenant>/oauth2/v2.0/token"  # noqa: S105 - an address
SCOPE: Final = "https://api.businesscentral.dynamics.com/.default"
TOKEN_SECONDS: Final = 3600
LIMIT_SECONDS: Final = 300


class Access:
    """Hands out tokens and checks them.

    Args:
        known: `client_id` and `client_secret` of the registered application.
        requests_max: how many requests five minutes may hold.
        monotonic: seconds, injectable for tests.
    """

    def __init__(
        self,
        known: Mapping[str, str],
        requests_max: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known, self._requests_max, self._monotonic = known, requests_max, monotonic
        self._lock = threading.Lock()
        self._good_until: dict[str, float] = {}
        self._seen: deque[float] = deque()

    def issue(self, request: Request, tenant: str) -> Response:  # noqa: ARG002 - served for all
        """A token for the right client; the identity platform's refusal for any other."""
        form = request.form
        if form.get("grant_type") != "client_credentials" or form.get("scope") != SCOPE:
            return json_response({"error": "invalid_request", "error_description": "AADSTS"}, 400)
        known = {name: form.get(name, "") for name in ("client_id", "client_secret")}
        if known != dict(self._known):
            return json_response({"error": "invalid_client", "error_description": "AADSTS"}, 401)
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._good_until[token] = self._monotonic() + TOKEN_SECONDS
        answer = {"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "access_token": token}
        return json_response(answer)

    def refuse(self, request: Request) -> Response | None:
        """The refusal of a request without a live token, or of one too many."""
        if request.path.endswith("/oauth2/v2.0/token"):
            return None
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        now = self._monotonic()
        with self._lock:
            if kind != "Bearer" or self._good_until.get(token, 0.0) <= now:
                return no_login().response()
            while self._seen and self._seen[0] <= now - LIMIT_SECONDS:
                self._seen.popleft()
            if len(self._seen) >= self._requests_max:
                text = f"Too many requests reached. Maximum ({self._requests_max})."
                return Refusal(429, TOO_MANY, text).response()
            self._seen.append(now)
        return None
