"""Token-based authentication of the emulated NetSuite: OAuth 1.0 with HMAC-SHA256, verified.

Here: the check of one request's signature with oauthlib's server side, realm, replayed nonces and
stale timestamps included. Not here: signing (the clients do that).

Assumed beyond the documented facts: a timestamp may be 300 seconds off; a nonce is refused when
it comes again within that time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from oauthlib.oauth1 import RequestValidator, ResourceEndpoint
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header
from werkzeug.wrappers import Request

from tieout.sandbox.vendors.netsuite_errors import LOGIN_TEXT, Refusal

LIFETIME_SECONDS: Final = 300
NONCES_MAX: Final = 100_000


class TokenCheck(RequestValidator):  # type: ignore[misc]  # oauthlib carries no types
    """What oauthlib asks about our one consumer and one token.

    Args:
        credentials: account, consumer_key, consumer_secret, token_id, token_secret.
        wall: seconds since the epoch, replaceable in tests.
    """

    def __init__(
        self, credentials: Mapping[str, str], wall: Callable[[], float] = time.time
    ) -> None:
        super().__init__()
        self._known = credentials
        self._wall = wall
        self._nonces: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    @property
    def enforce_ssl(self) -> bool:
        """The sandbox speaks plain HTTP on this machine."""
        return False

    @property
    def allowed_signature_methods(self) -> tuple[str, ...]:
        """NetSuite takes no weaker hash."""
        return ("HMAC-SHA256",)

    @property
    def timestamp_lifetime(self) -> int:
        """Seconds by which a timestamp may be off."""
        return LIFETIME_SECONDS

    @property
    def nonce_length(self) -> tuple[int, int]:
        """Shortest and longest nonce."""
        return 6, 64

    @property
    def dummy_client(self) -> str:
        """Stands for an unknown consumer while the signature is computed all the same."""
        return "dummy-client"

    @property
    def dummy_access_token(self) -> str:
        """Stands for an unknown token while the signature is computed all the same."""
        return "dummy-token"

    def check_client_key(self, client_key: str) -> bool:
        """Any non-empty key may be asked about."""
        return bool(client_key)

    def check_access_token(self, request_token: str) -> bool:
        """Any non-empty token may be asked about."""
        return bool(request_token)

    def validate_client_key(self, client_key: str, request: Any) -> bool:  # noqa: ARG002
        """Is it our integration record?"""
        return client_key == self._known["consumer_key"]

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:  # noqa: ARG002
        """Is it our token?"""
        return token == self._known["token_id"]

    def validate_realms(
        self,
        client_key: str,  # noqa: ARG002
        token: str,  # noqa: ARG002
        request: Any,  # noqa: ARG002
        uri: str | None = None,  # noqa: ARG002
        realms: list[str] | None = None,
    ) -> bool:
        """The realm is the account id, in upper case."""
        return realms == [self._known["account"]]

    def validate_timestamp_and_nonce(
        self,
        client_key: str,  # noqa: ARG002
        timestamp: str,
        nonce: str,
        request: Any,  # noqa: ARG002
        request_token: str | None = None,  # noqa: ARG002
        access_token: str | None = None,  # noqa: ARG002
    ) -> bool:
        """Refuse a nonce that was used within the lifetime of its timestamp."""
        now = self._wall()
        with self._lock:
            if len(self._nonces) >= NONCES_MAX:
                self._nonces = {
                    seen: at for seen, at in self._nonces.items() if at > now - 2 * LIFETIME_SECONDS
                }
            if (timestamp, nonce) in self._nonces:
                return False
            self._nonces[timestamp, nonce] = now
        return True

    def get_client_secret(self, client_key: str, request: Any) -> str:  # noqa: ARG002
        """The consumer secret the signature is checked with."""
        return self._known["consumer_secret"]

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:  # noqa: ARG002
        """The token secret the signature is checked with."""
        return self._known["token_secret"]


class TokenAuthentication:
    """The login check in front of every endpoint.

    Args:
        check: the validator.
    """

    def __init__(self, check: TokenCheck) -> None:
        self._endpoint = ResourceEndpoint(check)

    def require(self, request: Request) -> None:
        """Let a correctly signed request pass.

        Raises:
            Refusal: 401 with the text of the login audit trail, whatever was wrong.
        """
        header = request.headers.get("Authorization", "")
        if not header.startswith("OAuth "):
            raise refused()
        try:
            realm = dict(parse_authorization_header(header)).get("realm", "")
            valid, _ = self._endpoint.validate_protected_resource_request(
                signed_url(request),
                http_method=request.method,
                headers={"Authorization": header},
                realms=[realm],
            )
        except ValueError:
            valid = False
        if not valid:
            raise refused()


def refused() -> Refusal:
    """The login refusal."""
    return Refusal(401, LOGIN_TEXT, "INVALID_LOGIN")


def signed_url(request: Request) -> str:
    """The URL as the client signed it: from the raw request line where the server kept it."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    path = raw.partition("?")[0] or quote(request.root_path + request.path, safe="/:~")
    root = "" if path.startswith("http") else f"{request.scheme}://{request.host}"
    query = request.query_string.decode()
    return f"{root}{path}?{query}" if query else root + path
