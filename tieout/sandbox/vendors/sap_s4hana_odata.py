"""Reading the emulated SAP's books by OData V2: `A_OperationalAcctgDocItemCube`.

Here: $filter (comparisons, `and`, `or`, parentheses), $select, $orderby, $top, $skip, and the
error for a property that the entity does not have. Not here: where items come from
(`sap_s4hana_messages`).

Assumed beyond the documented facts: decimals are texts, `$skiptoken` links are not used, a page
has at most `PAGE_MAX` rows and the rest is named by `__next`; JSON is answered whatever is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response, root_url
from tieout.sandbox.vendors.sap_s4hana_store import SapStore

CUBE: Final = "/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube"
TYPE: Final = "API_OPLACCTGDOCITEMCUBE_SRV.A_OperationalAcctgDocItemCubeType"
ERROR_CODE: Final = "005056A509B11EE1B9A8FEC11C21578E"
PAGE_MAX: Final = 5000
PROPERTIES: Final = frozenset(
    {
        "CompanyCode", "FiscalYear", "AccountingDocument", "AccountingDocumentItem",
        "AccountingDocumentType", "PostingDate", "DocumentDate", "FiscalPeriod", "GLAccount",
        "DebitCreditCode", "AmountInTransactionCurrency", "TransactionCurrency",
        "AmountInCompanyCodeCurrency", "CompanyCodeCurrency", "DocumentItemText",
        "AssignmentReference", "DocumentReferenceID", "AccountingDocumentHeaderText", "Project",
        "AccountingDocCreatedByUser", "AccountingDocumentCreationDate", "LastChangeDate",
        "IsReversal", "IsReversed",
    }
)  # fmt: skip
_TOKEN = re.compile(r"\s*(\(|\)|datetime'[^']*'|'(?:[^']|'')*'|[A-Za-z]\w*)")
_DATE = re.compile(r"/Date\((-?\d+)\)/")
Row = Mapping[str, Any]
Test = Callable[[Row], bool]
COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "ge": lambda a, b: a is not None and a >= b,
    "gt": lambda a, b: a is not None and a > b,
    "le": lambda a, b: a is not None and a <= b,
    "lt": lambda a, b: a is not None and a < b,
}


class BadQuery(ValueError):  # noqa: N818 - named for what it is to the caller
    """A query that SAP refuses with 400."""


class Books:
    """The read interface of one tenant.

    Args:
        store: the tenant's state.
        page_max: rows per answer, lower in tests.
    """

    def __init__(self, store: SapStore, page_max: int = PAGE_MAX) -> None:
        self._store, self._page_max = store, page_max

    def answer(self, request: Request) -> Response:
        """One page of items."""
        asked = request.args
        try:
            test = read_filter(asked.get("$filter", ""))
            fields = [_property(name) for name in asked.get("$select", "").split(",") if name]
            order = [_property(name) for name in asked.get("$orderby", "").split(",") if name]
            skip, top = int(asked.get("$skip", "0")), int(asked.get("$top", "0") or 0)
        except ValueError as problem:
            return refusal(str(problem))
        rows = [row for row in self._store.items() if test(row)]
        rows.sort(key=lambda row: tuple(str(row[name]) for name in order))
        wanted = rows[skip : skip + top] if top else rows[skip:]
        shown = wanted[: self._page_max]
        answer: dict[str, Any] = {"results": [_shown(row, fields) for row in shown]}
        if len(shown) < len(wanted):
            rest = {**asked.to_dict(), "$skip": str(skip + len(shown))}
            answer["__next"] = f"{root_url(request)}{CUBE}?{urlencode(rest)}"
        return json_response({"d": answer})


def read_filter(text: str) -> Test:
    """A $filter as a test of rows.

    Raises:
        BadQuery: if it cannot be read or names an unknown property.
    """
    if not text.strip():
        return lambda _: True
    tokens = list(_tokens(text))
    test = _either(tokens)
    if tokens:
        raise BadQuery(f"Invalid token '{tokens[0]}' in $filter")
    return test


def refusal(text: str) -> Response:
    """A 400 in SAP Gateway's shape."""
    error = {"code": ERROR_CODE, "message": {"lang": "en", "value": text}}
    return json_response({"error": error}, 400)


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadQuery(f"Invalid token at position {position} of $filter")
        yield match[1]
        position = match.end()


def _either(tokens: list[str]) -> Test:
    tests = [_both(tokens)]
    while tokens[:1] == ["or"]:
        tokens.pop(0)
        tests.append(_both(tokens))
    return lambda row: any(test(row) for test in tests)


def _both(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens[:1] == ["and"]:
        tokens.pop(0)
        tests.append(_one(tokens))
    return lambda row: all(test(row) for test in tests)


def _one(tokens: list[str]) -> Test:
    if tokens[:1] == ["("]:
        tokens.pop(0)
        test = _either(tokens)
        if tokens[:1] != [")"]:
            raise BadQuery("')' expected in $filter")
        tokens.pop(0)
        return test
    if len(tokens) < 3 or tokens[1] not in COMPARE:
        raise BadQuery("a comparison is expected in $filter")
    name, compare, value = _property(tokens[0]), COMPARE[tokens[1]], _literal(tokens[2])
    del tokens[:3]
    return lambda row: compare(_comparable(row[name]), value)


def _property(name: str) -> str:
    if name not in PROPERTIES:
        raise BadQuery(f"Property {name} not found in type {TYPE}")
    return name


def _literal(token: str) -> Any:
    if token.startswith("datetime'"):
        return datetime.fromisoformat(token[9:-1]).replace(tzinfo=UTC)
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    if token in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[token]
    raise BadQuery(f"Invalid token '{token}' in $filter")


def _comparable(value: Any) -> Any:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    return value if match is None else datetime.fromtimestamp(int(match[1]) // 1000, tz=UTC)


def _shown(row: Row, fields: list[str]) -> dict[str, Any]:
    return {"__metadata": {"type": TYPE}, **{name: row[name] for name in fields or sorted(row)}}
