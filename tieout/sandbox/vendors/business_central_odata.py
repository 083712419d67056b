"""Lists of the emulated Business Central: `$filter`, `$top`, `$skip` and server-driven pages.

Here: the part of OData that the API's users need: comparisons (`eq ne gt ge lt le`) of a property
with a literal, joined by `and` and `or` without brackets. Not here: the records.

Assumed beyond the documented facts: a skip token is the number of records before the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response, root_url
from tieout.sandbox.vendors.business_central_errors import BAD_REQUEST, Refusal

PAGE_MAX: Final = 20_000
_COMPARISON = re.compile(r"\s*(\w+) (eq|ne|gt|ge|lt|le) ('(?:[^']|'')*'|[^\s']+)\s*")
_JOIN = re.compile(r"(and|or)\b")
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}T")
_TESTS: Final = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}


def listed(request: Request, records: Sequence[Mapping[str, Any]], page_max: int) -> Response:
    """One page of some records.

    Raises:
        Refusal: a query option that is not understood.
    """
    options = request.args
    chosen = list(filtered(records, options.get("$filter", "")))
    start = _number(options.get("$skip")) + _number(options.get("$skiptoken"))
    rest = chosen[start:]
    top = _number(options["$top"]) if "$top" in options else len(rest)
    page = rest[: min(top, page_max)]
    answer: dict[str, Any] = {"@odata.context": root_url(request) + "/$metadata", "value": page}
    if len(page) < min(top, len(rest)):
        kept = {name: value for name, value in options.items() if name not in ("$skip", "$top")}
        kept["$skiptoken"] = str(start + len(page))
        query = "&".join(f"{name}={_quoted(value)}" for name, value in kept.items())
        answer["@odata.nextLink"] = f"{request.base_url}?{query}"
    return json_response(answer)


def filtered(records: Iterable[Mapping[str, Any]], text: str) -> Iterable[Mapping[str, Any]]:
    """The records for which a filter holds.

    Raises:
        Refusal: a filter that is not understood, or a property that does not exist.
    """
    terms = _terms(text)
    for record in records:
        if not terms or any(all(_holds(record, *test) for test in term) for term in terms):
            yield record


def _terms(text: str) -> list[list[tuple[str, str, Any]]]:
    """A filter as alternatives of comparisons that must all hold."""
    terms: list[list[tuple[str, str, Any]]] = []
    place = 0
    joined = "or"
    while place < len(text):
        found = _COMPARISON.match(text, place)
        if found is None:
            raise _not_understood(text)
        if joined == "or":
            terms.append([])
        terms[-1].append((found[1], found[2], _literal(found[3])))
        place = found.end()
        following = _JOIN.match(text, place)
        if following is None and place < len(text):
            raise _not_understood(text)
        if following is not None:
            joined, place = following[1], following.end()
    return terms


def _holds(record: Mapping[str, Any], name: str, test: str, wanted: Any) -> bool:
    if name not in record:
        text = f"Could not find a property named '{name}' on type 'Microsoft.NAV'."
        raise Refusal(400, BAD_REQUEST, text)
    held = record[name]
    if isinstance(wanted, datetime):
        held = datetime.fromisoformat(str(held))
    elif isinstance(wanted, Decimal) and not isinstance(held, str):
        held = Decimal(str(held))
    elif not isinstance(wanted, bool):
        held, wanted = str(held), str(wanted)
    return bool(_TESTS[test](held, wanted))


def _literal(text: str) -> Any:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in ("true", "false"):
        return text == "true"
    if _INSTANT.match(text):
        return datetime.fromisoformat(text).astimezone(UTC)
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace(" ", "%20")


def _not_understood(text: str) -> Refusal:
    return Refusal(400, BAD_REQUEST, f"Syntax error in the filter '{text}'.")
