"""The `q` expressions, pages and finders of the emulated Oracle Fusion REST services.

Here: filtering records by an expression such as `TransactionSource = 'Tieout' and
OriginalTransactionReference IN ('a','b')`, and answering one page. Comparisons (`=`, `!=`, `<`,
`<=`, `>`, `>=`, `IN`, `LIKE`) joined by `and`, `or` and brackets; a quote in a literal is doubled.

Assumed: values are compared as text (dates and instants are ISO, so this is their order); a page
has at most 500 rows; `fields` only narrows an answer, so it is read and nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response

ROWS_MAX: Final = 500
ROWS_DEFAULT: Final = 25

Test = Callable[[Mapping[str, Any]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)|(?P<word>[A-Za-z_][\w.]*|\d+))"
)
_SIGNS: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class QueryParser:
    """Reads one expression into a test of records.

    Args:
        text: the expression.

    Raises:
        BadRequest: if it cannot be read.
    """

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def test(self) -> Test:
        """The test of the whole expression."""
        found = self._either()
        if self._at != len(self._tokens):
            raise BadRequest("URL request parameter q is not valid")
        return found

    def _either(self) -> Test:
        tests = [self._both()]
        while self._taken("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._taken("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._taken("("):
            inner = self._either()
            self._need(")")
            return inner
        name, sign = self._next(), self._next().upper()
        if sign == "IN":
            return self._member(name)
        value = _plain(self._next())
        if sign == "LIKE":
            pattern = re.compile("".join(_wild(letter) for letter in value), re.DOTALL)
            return lambda row: pattern.fullmatch(_shown(row, name)) is not None
        if sign not in _SIGNS:
            raise BadRequest("URL request parameter q is not valid")
        compare = _SIGNS[sign]
        return lambda row: compare(_shown(row, name), value)

    def _member(self, name: str) -> Test:
        self._need("(")
        values = {_plain(self._next())}
        while self._taken(","):
            values.add(_plain(self._next()))
        self._need(")")
        return lambda row: _shown(row, name) in values

    def _taken(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at].lower() == token:
            self._at += 1
            return True
        return False

    def _need(self, token: str) -> None:
        if not self._taken(token):
            raise BadRequest("URL request parameter q is not valid")

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise BadRequest("URL request parameter q is not valid")
        self._at += 1
        return self._tokens[self._at - 1]


def page(request: Request, records: Iterable[Mapping[str, Any]]) -> Response:
    """Answer the page of some records that a request asks for."""
    query = request.args.get("q", "")
    chosen: Sequence[Mapping[str, Any]] = list(records)
    if query:
        test = QueryParser(query).test()
        chosen = [record for record in chosen if test(record)]
    offset = int(request.args.get("offset", "0"))
    limit = min(int(request.args.get("limit", ROWS_DEFAULT)), ROWS_MAX)
    items = chosen[offset : offset + limit]
    has_more = offset + len(items) < len(chosen)
    return json_response(
        {
            "items": items, "count": len(items), "hasMore": has_more, "limit": limit,
            "offset": offset, "links": [],
        }
    )  # fmt: skip


def finder_of(request: Request) -> tuple[str, dict[str, str]]:
    """Name and values of the finder `Name;key=value,key=value` of a request.

    Raises:
        BadRequest: if there is none.
    """
    name, _, listed = request.args.get("finder", "").partition(";")
    if not name:
        raise BadRequest("URL request parameter finder is missing")
    values = (part.partition("=") for part in listed.split(",") if part)
    return name, {key.strip(): value for key, _, value in values}


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise BadRequest("URL request parameter q is not valid")
        found.append(match.group().strip())
        at = match.end()
    return found


def _plain(token: str) -> str:
    return token[1:-1].replace("''", "'") if token.startswith("'") else token


def _wild(letter: str) -> str:
    return {"%": ".*", "_": "."}.get(letter, re.escape(letter))


def _shown(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)
