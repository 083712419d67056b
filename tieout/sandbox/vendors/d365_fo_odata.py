"""OData of the emulated Dynamics 365 F&O: the entity sets that posting and read-back ask.

Here: `$filter`, `$select`, `$top`, `$skip`, `$orderby`, `cross-company` and server-driven pages.
Not here: where the records come from.

Documented: pages of 10,000 records with `@odata.nextLink`; only the records of the user's own
company are shown unless `cross-company=true`. Named assumptions: texts are compared without regard
to case, as the database does; a filter knows `eq`, `ne`, `gt`, `ge`, `lt`, `le`, `and`, `or` and
brackets; days are shown at noon UTC; `ExpenseJournalHeaders`, `ExpenseJournalLines`,
`LedgerFiscalPeriods`, `ExchangeRates` and `Workers` are public.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response
from tieout.sandbox.vendors.d365_fo_imports import refusal

PAGE_SIZE: Final = 10_000
DAYS: Final = frozenset(
    {"ProjectDate", "VoucherDate", "TransDate", "DocumentDate", "ProjTransDate", "LedgerTransDate",
     "StartDate", "EndDate"}
)  # fmt: skip
_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>[()])|(?P<word>[^\s()']+))", re.ASCII)
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
}
Test = Callable[[Mapping[str, Any]], bool]


class BadFilter(Exception):  # noqa: N818 - named for what happened
    """The filter cannot be understood."""


def answer(
    request: Request, entity_set: str, records: Iterable[Mapping[str, Any]], company: str,
    page_size: int = PAGE_SIZE,
) -> Response:  # fmt: skip
    """One page of an entity set.

    Args:
        request: with the query.
        entity_set: its name.
        records: all records of the set.
        company: the user's own company.
        page_size: records per page.
    """
    asked = request.args
    try:
        test = parse(asked["$filter"]) if "$filter" in asked else None
        shown = [_public(record) for record in records]
        if asked.get("cross-company", "").lower() != "true":
            shown = [record for record in shown if record.get("dataAreaId", company) == company]
        if test is not None:
            shown = [record for record in shown if test(record)]
    except (BadFilter, KeyError) as problem:
        return refusal(f"The query specified in the URI is not valid. {problem}")
    for name in reversed([part for part in asked.get("$orderby", "").split(",") if part]):
        shown.sort(key=itemgetter(name.strip()))
    start = int(asked.get("$skip", "0"))
    wanted = min(int(asked.get("$top", str(page_size))), page_size)
    page = shown[start : start + wanted]
    body: dict[str, Any] = {"@odata.context": f"{request.root_url}data/$metadata#{entity_set}"}
    if start + wanted < len(shown) and "$top" not in asked:
        query = urlencode({**asked.to_dict(), "$skip": start + wanted})
        body["@odata.nextLink"] = f"{request.base_url}?{query}"
    chosen = [name for name in asked.get("$select", "").split(",") if name]
    body["value"] = [
        {"@odata.etag": 'W/"1"', **{n: v for n, v in record.items() if not chosen or n in chosen}}
        for record in page
    ]
    return json_response(body)


def _public(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: f"{value}T12:00:00Z" if name in DAYS and value else value
        for name, value in record.items()
        if not name.startswith("_")
    }


def parse(text: str) -> Test:
    """A filter as a test of one record.

    Raises:
        BadFilter: if it is none.
    """
    tokens = [match.group().strip() for match in _TOKEN.finditer(text)]
    test, rest = _either(tokens)
    if rest:
        raise BadFilter(f"Syntax error at '{rest[0]}'.")
    return test


def _either(tokens: list[str]) -> tuple[Test, list[str]]:
    tests, rest = _chain(tokens, "or", _both)
    return (lambda record: any(test(record) for test in tests)), rest


def _both(tokens: list[str]) -> tuple[Test, list[str]]:
    tests, rest = _chain(tokens, "and", _one)
    return (lambda record: all(test(record) for test in tests)), rest


def _chain(
    tokens: list[str], word: str, part: Callable[[list[str]], tuple[Test, list[str]]]
) -> tuple[list[Test], list[str]]:
    test, rest = part(tokens)
    tests = [test]
    for _ in range(len(tokens)):
        if not rest or rest[0].lower() != word:
            break
        test, rest = part(rest[1:])
        tests.append(test)
    return tests, rest


def _one(tokens: list[str]) -> tuple[Test, list[str]]:
    if tokens and tokens[0] == "(":
        test, rest = _either(tokens[1:])
        if not rest or rest[0] != ")":
            raise BadFilter("A bracket is not closed.")
        return test, rest[1:]
    try:
        name, verb, value = tokens[:3]
        compare = _COMPARE[verb]
    except (ValueError, KeyError):
        raise BadFilter(f"Syntax error near '{' '.join(tokens[:3])}'.") from None
    right = _value(value)
    return (lambda record: compare(_plain(record[name]), right)), tokens[3:]


def _value(text: str) -> Any:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'").lower()
    try:
        return Decimal(text)
    except ArithmeticError:
        return text.lower()


def _plain(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
