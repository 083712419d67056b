"""Which request misbehaves, and how: the armed faults of one emulated vendor.

Here: `Fault` (one armed misbehaviour), `FaultPlan` (thread-safe list of them, first match wins)
and `answer_instead` (the plain answers of the kinds that replace the vendor's answer).

Not here: the middleware that carries them out (`faults`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from werkzeug.wrappers import Response

from tieout.sandbox.vendors.base import json_response

KINDS: Final = frozenset(
    {
        "rate_limited",
        "unavailable",
        "server_error",
        "slow",
        "truncated",
        "duplicate_page",
        "unauthorized",
        "ok_with_error",
        "html",
        "period_closed",
        "drop",
        "lost_ack",
        "late_commit",
    }
)
LOGIN_PAGE: Final = (
    "<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
)


@dataclass
class Fault:
    """One armed misbehaviour.

    Attributes:
        kind: one of `KINDS`.
        path_regex: searched in path and query of a request, as in ``time_entries.*page=2``.
        method: HTTP method, or None for any.
        times: how many matching requests misbehave before the fault is spent.
        after: how many matching requests pass unharmed first.
        seconds: delay of ``slow`` and ``late_commit``.
        retry_after: value of the ``Retry-After`` header of ``rate_limited`` and ``unavailable``.
        body: JSON body to answer instead of the plain one.
    """

    kind: str
    path_regex: str = ""
    method: str | None = None
    times: int = 1
    after: int = 0
    seconds: float = 0.0
    retry_after: int | None = None
    body: Any = None

    @staticmethod
    def parse(wanted: Any) -> Fault | str:
        """Read a fault from the JSON of the control endpoint; a text says what is wrong with it."""
        if not isinstance(wanted, Mapping):
            return "a fault is a JSON object"
        unknown = sorted(set(wanted) - set(Fault.__dataclass_fields__))
        if unknown:
            return f"unknown fault fields: {', '.join(unknown)}"
        if wanted.get("kind") not in KINDS:
            return f"unknown fault kind {wanted.get('kind')!r}; known: {', '.join(sorted(KINDS))}"
        try:
            re.compile(str(wanted.get("path_regex", "")))
        except re.error as error:
            return f"path_regex does not compile: {error}"
        return Fault(**wanted)

    def as_json(self) -> dict[str, Any]:
        """The fault as the control endpoint shows it; ``times`` counts what is left."""
        return asdict(self)

    def fits(self, method: str, path: str) -> bool:
        """Whether this fault is meant for a request."""
        right_method = self.method is None or self.method.upper() == method
        return right_method and re.search(self.path_regex, path) is not None


class FaultPlan:
    """The faults armed at one app; each request takes at most one."""

    def __init__(self) -> None:
        """Start with nothing armed."""
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, faults: Iterable[Fault]) -> None:
        """Add faults behind those already armed."""
        with self._lock:
            self._armed.extend(faults)

    def disarm(self) -> None:
        """Forget every armed fault."""
        with self._lock:
            self._armed.clear()

    def armed(self) -> list[Fault]:
        """The faults that may still strike, in order."""
        with self._lock:
            return [fault for fault in self._armed if fault.times > 0]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if any.

        The first armed fault that fits decides: it counts down ``after``, then ``times``.
        """
        with self._lock:
            for fault in self._armed:
                if fault.times <= 0 or not fault.fits(method, path):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault
        return None


def answer_instead(fault: Fault) -> Response:
    """The answer of a fault kind that replaces the vendor's answer.

    Args:
        fault: an armed fault of such a kind.

    Returns:
        A plain version; a vendor with its own wording passes ``answers`` to the injector.
    """
    retry = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    plain: dict[str, tuple[int, Any, dict[str, str]]] = {
        "rate_limited": (429, {"message": "Too many requests"}, {"Retry-After": "1", **retry}),
        "unavailable": (503, {"message": "Service unavailable"}, retry),
        "server_error": (500, {"message": "Internal server error"}, {}),
        "unauthorized": (401, {"error": "invalid_token", "error_description": "Expired"}, {}),
        "ok_with_error": (200, {"error": "temporarily_unavailable", "message": "Try later"}, {}),
        "period_closed": (400, {"message": "The accounting period is closed."}, {}),
    }
    if fault.kind == "html":
        return Response(LOGIN_PAGE, status=200, content_type="text/html; charset=utf-8")
    status, body, headers = plain[fault.kind]
    return json_response(body if fault.body is None else fault.body, status, headers)
