"""Tryton's JSON-RPC for posting: typed values, refusals, and answers that did not come.

Here: `TrytonRpc`. Not here: what is posted and in which order (`tieout.posting.delivery.tryton`),
what a refusal means (`tieout.posting.acks.tryton`).

Tryton answers a refusal with status 200 and `{"error": ["UserError", [message, …]]}`. Status 503
means that the database was busy and the transaction was rolled back (seen under parallel
posting), so the call may be repeated; any other missing answer leaves the outcome unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.config import System
from tieout.domain.errors import (
    AuthenticationFailed,
    ConfigError,
    OutcomeUnknown,
    SystemUnreachable,
)
from tieout.http.session import ApiSession

BUSY = 503
_NO_RIGHT = "You are not allowed to access"


class TrytonRefusal(Exception):  # noqa: N818 - named for what happened
    """Tryton refused a call and rolled it back.

    Attributes:
        kind: `UserError`, `UserWarning`, … or empty for an error inside the server.
        message: its own words.
    """

    def __init__(self, kind: str, message: str) -> None:
        self.kind, self.message = kind, message
        super().__init__(f"{kind}: {message}")


class TrytonBusy(Exception):  # noqa: N818 - named for what happened
    """The database was locked; nothing was done."""


class TrytonRpc:
    """Calls to one company of one database.

    Args:
        system: the system of firm.yml; option `company` names the company's party code where the
            database holds more than one.
        session: an authenticated session whose base_url ends in the database name.
    """

    def __init__(self, system: System, session: ApiSession) -> None:
        self._system, self._session = system, session
        self._company: int | None = None

    @property
    def company(self) -> int:
        """Id of the company that is posted to, asked once.

        Raises:
            ConfigError: if the user sees no company or more than one.
        """
        if self._company is None:
            code = self._system.options.get("company")
            domain = [["party.code", "=", code]] if code else []
            params = [domain, 0, None, [["id", "ASC"]], {}]
            found = self._call("model.company.company.search", params, retry=True)
            if len(found) != 1:
                raise ConfigError(
                    f"{self._system.id} shows {len(found)} companies, not one",
                    field=f"systems.{self._system.id}.options.company",
                    fix="name the code of the company's party, and give the user access to it",
                )
            self._company = int(found[0])
        return self._company

    def read(self, model: str, domain: Sequence[Any], fields: Sequence[str]) -> list[Any]:
        """Records that match, ascending by id, inactive ones included; safe to repeat."""
        params = [list(domain), 0, None, [["id", "ASC"]], list(fields), self._context()]
        return self._call(f"model.{model}.search_read", params, retry=True)

    def write(self, model: str, method: str, *params: Any) -> Any:
        """Call a method that changes something, once.

        Raises:
            TrytonRefusal: nothing was changed.
            TrytonBusy: nothing was changed; try again.
            OutcomeUnknown: no answer came; the change may have been made or still be under way.
        """
        return self._call(f"model.{model}.{method}", [*params, self._context()], retry=False)

    def _context(self) -> dict[str, Any]:
        return {"company": self.company, "companies": [self.company], "active_test": False}

    def _call(self, method: str, params: list[Any], *, retry: bool) -> Any:
        body = {"id": 1, "method": method, "params": typed(params)}
        accept = frozenset() if retry else frozenset({BUSY})
        response = self._session.request("POST", "rpc/", json=body, retry=retry, accept=accept)
        if response.status_code == BUSY:
            raise TrytonBusy(response.text[:200])
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if isinstance(answer, dict) and "error" in answer:
            refusal = _refusal(answer["error"])
            if retry:
                raise self._unreadable(method, refusal) from refusal
            raise refusal
        if not isinstance(answer, dict) or "result" not in answer:
            if not retry:
                raise OutcomeUnknown(self._system.id, f"{method}: the answer is no JSON-RPC")
            raise SystemUnreachable(
                self._system.id,
                f"{method} answered {response.text[:80]!r}, which is no JSON-RPC",
                "check that base_url ends in the name of the database, then run again",
            )
        return untyped(answer["result"])

    def _unreadable(self, method: str, refusal: TrytonRefusal) -> SystemUnreachable:
        """A refused read: without it nothing can be known, so nothing may be sent."""
        kind = AuthenticationFailed if _NO_RIGHT in refusal.message else SystemUnreachable
        return kind(
            self._system.id,
            f"{method} was refused: {refusal}",
            "give the integration user the right, or install the module, then run again",
        )


def _refusal(error: Any) -> TrytonRefusal:
    """Tryton's error: `[kind, [message, …]]`, or `[message, traceback]` for an internal one."""
    parts = list(error) if isinstance(error, list | tuple) else [error]
    if len(parts) > 1 and isinstance(parts[1], list | tuple):
        details = [str(part) for part in parts[1] if part]
        # a warning's first detail is its key, its second the text for a person
        text = details[1] if parts[0] == "UserWarning" and len(details) > 1 else details[0]
        return TrytonRefusal(str(parts[0]), text)
    return TrytonRefusal("", str(parts[0]))


def typed(value: Any) -> Any:
    """Python values as Tryton's typed JSON."""
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, Mapping):
        return {name: typed(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [typed(item) for item in value]
    return value


def untyped(value: Any) -> Any:
    """Tryton's typed JSON as Python values: Decimal and date; other types stay as they are."""
    if isinstance(value, list):
        return [untyped(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("__class__")
    if kind == "Decimal":
        return Decimal(value["decimal"])
    if kind == "date":
        return date(value["year"], value["month"], value["day"])
    return {name: untyped(item) for name, item in value.items()}
