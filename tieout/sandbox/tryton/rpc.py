"""A small JSON-RPC client for the seeding of a sandbox Tryton.

Here: calls over one session, Tryton's typed JSON. Not here: the product's own client, which
survives a bad network (`tieout.posting.delivery.tryton_rpc`): this one talks to a server that we
started ourselves a moment ago.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 300
_OPENER = build_opener(ProxyHandler({}))


class TrytonError(RuntimeError):
    """Tryton answered a call with an error."""


def encode(value: Any) -> Any:
    """Turn Python values into Tryton's typed JSON (`{"__class__": "Decimal", ...}`)."""
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return value


def post(url: str, method: str, params: list[Any], headers: Mapping[str, str]) -> Any:
    """Call one method and return its result.

    Raises:
        TrytonError: with the server's words, if it answers with an error.
        OSError: if it does not answer (URLError) or refuses (HTTPError).
    """
    body = json.dumps({"id": 1, "method": method, "params": encode(params)}).encode()
    head = {"Content-Type": "application/json", "Accept-Encoding": "gzip", **headers}
    with _OPENER.open(Request(url, body, head), timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        raw = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
    parsed = json.loads(raw)
    if "error" in parsed:
        raise TrytonError(f"{method}: {parsed['error']}")
    return parsed["result"]


class TrytonClient:
    """One logged-in user of one database.

    Args:
        database_url: `http://host:port/database`.
        user: login name.
        password: its password.
    """

    def __init__(self, database_url: str, user: str, password: str) -> None:
        self._url = database_url.rstrip("/") + "/rpc/"
        self.context: dict[str, Any] = {}
        login = [user, {"password": password}]
        self.user_id, token, *_ = post(self._url, "common.db.login", login, {})
        session = base64.b64encode(f"{user}:{self.user_id}:{token}".encode()).decode()
        self._headers = {"Authorization": f"Session {session}"}

    def call(self, method: str, *params: Any) -> Any:
        """Call `model.<name>.<method>` or `wizard.…`; the context is appended."""
        return post(self._url, method, [*params, self.context], self._headers)

    def model(self, name: str, method: str, *params: Any) -> Any:
        """Call a method of a model."""
        return self.call(f"model.{name}.{method}", *params)

    def create(self, name: str, records: list[dict[str, Any]]) -> list[int]:
        """Create records in one call (one transaction) and return their ids in order."""
        return self.model(name, "create", records) if records else []

    def search(self, name: str, domain: list[Any]) -> list[int]:
        """Ids of the records that match, ascending."""
        return self.model(name, "search", domain, 0, None, [["id", "ASC"]])

    def read_all(self, name: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
        """Fields of the records that match, ascending by id."""
        return self.model(name, "search_read", domain, 0, None, [["id", "ASC"]], fields)

    def record(self, module: str, name: str) -> int:
        """Id of a record that a module brought along, by its XML id."""
        return self.model("ir.model.data", "get_id", module, name)
