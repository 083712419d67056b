"""Harvest's lists: which rows a query selects, and the envelope one page comes in.

Here: `Row` (a record with what lists filter and sort by), `Listing`, `answer_list`. Facts
(help.getharvest.com/api-v2/introduction/overview/pagination): at most 2000 rows per page, more is
answered 422; numbered lists give page numbers throughout, cursor lists give null for ``page``,
``next_page`` and ``previous_page`` on all but the first and last pages; only ``links`` lead on.

Not here: record shapes (`harvest_records`), routes and credentials (`harvest`).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.base import json_response

MAX_PER_PAGE: Final = 2000
NUMBER_FILTERS: Final = ("user_id", "client_id", "project_id", "task_id")
FLAG_FILTERS: Final = ("is_billed", "is_running", "is_active")


class UnprocessableQuery(HTTPException):
    """A query parameter Harvest cannot use."""

    code = 422


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list.

    Attributes:
        record_id: Harvest's id; cursor lists are sorted by it, newest first.
        updated_at: for ``updated_since``.
        render: builds the JSON, only for rows that are shown.
        facts: values of equality filters such as ``user_id`` and ``is_active``.
        spent_date: for ``from`` and ``to``; numbered lists are sorted by it, newest first.
    """

    record_id: int
    updated_at: datetime
    render: Callable[[], dict[str, Any]]
    facts: Mapping[str, Any] = field(default_factory=dict)
    spent_date: date | None = None


@dataclass(frozen=True)
class Listing:
    """How one list is paged.

    Attributes:
        name: resource name, also the key of the rows in the envelope.
        per_page: rows per page unless the query says otherwise.
        by_cursor: whether ``links.next`` carries a cursor instead of a page number.
    """

    name: str
    per_page: int = MAX_PER_PAGE
    by_cursor: bool = False


def answer_list(listing: Listing, rows: list[Row], request: Request) -> Response:
    """One page of a list.

    Args:
        listing: how it is paged.
        rows: all its rows, as `in_order` puts them.
        request: its query filters and pages.

    Raises:
        UnprocessableQuery: if a parameter cannot be used.
    """
    per_page = whole_number(request, "per_page", listing.per_page)
    if not 1 <= per_page <= MAX_PER_PAGE:
        raise UnprocessableQuery(f"per_page must be between 1 and {MAX_PER_PAGE}")
    chosen = select(rows, request)
    pages = max(1, -(-len(chosen) // per_page))
    start, page = where(listing, chosen, per_page, request)
    shown = chosen[start : start + per_page]
    return json_response(
        {
            listing.name: [row.render() for row in shown],
            "per_page": per_page,
            "total_pages": pages,
            "total_entries": len(chosen),
            **numbers(listing, page, pages),
            "links": links(listing, request, per_page, page, pages, shown),
        }
    )


def select(rows: list[Row], request: Request) -> list[Row]:
    """The rows a query asks for."""
    tests: list[Callable[[Row], bool]] = []
    args = request.args
    if "updated_since" in args:
        since = instant(args["updated_since"])
        tests.append(lambda row: row.updated_at >= since)
    if "from" in args:
        first = day("from", args["from"])
        tests.append(lambda row: row.spent_date is not None and row.spent_date >= first)
    if "to" in args:
        last = day("to", args["to"])
        tests.append(lambda row: row.spent_date is not None and row.spent_date <= last)
    numbered, flagged = {*NUMBER_FILTERS} & {*args}, {*FLAG_FILTERS} & {*args}
    tests.extend(equal(name, whole_number(request, name, 0)) for name in numbered)
    tests.extend(equal(name, flag(name, args[name])) for name in flagged)
    return [row for row in rows if all(test(row) for test in tests)] if tests else rows


def in_order(listing: Listing, rows: list[Row]) -> list[Row]:
    """Newest first: numbered lists by date, cursor lists by id."""
    if listing.by_cursor:
        return sorted(rows, key=lambda row: -row.record_id)
    return sorted(rows, key=lambda row: (row.spent_date or date.min, row.record_id), reverse=True)


def where(listing: Listing, rows: list[Row], per_page: int, request: Request) -> tuple[int, int]:
    """Index of the first row to show and the number of its page; a cursor wins over a page."""
    cursor = request.args.get("cursor")
    if listing.by_cursor and cursor is not None:
        after = after_id(cursor)
        start = next((i for i, row in enumerate(rows) if row.record_id < after), len(rows))
        return start, -(-start // per_page) + 1
    page = whole_number(request, "page", 1)
    if page < 1:
        raise UnprocessableQuery("page must be 1 or more")
    return (page - 1) * per_page, page


def numbers(listing: Listing, page: int, pages: int) -> dict[str, int | None]:
    """The page numbers of the envelope; null in the middle of a cursor list."""
    if listing.by_cursor and 1 < page < pages:
        return {"next_page": None, "previous_page": None, "page": None}
    following = page + 1 if page < pages else None
    return {"next_page": following, "previous_page": page - 1 if page > 1 else None, "page": page}


def links(
    listing: Listing, request: Request, per_page: int, page: int, pages: int, shown: list[Row]
) -> dict[str, str | None]:
    """The four links of the envelope; they keep every filter of the query."""
    keep = [(k, v) for k, v in request.args.items(multi=True) if k not in ("page", "cursor", "ref")]
    keep = [(k, v) for k, v in keep if k != "per_page"]

    def link(ref: str, **position: str | int) -> str:
        query = [*position.items(), ("per_page", per_page), ("ref", ref), *keep]
        return f"{request.base_url}?{urlencode(query)}"

    following: str | None = None
    if page < pages and listing.by_cursor and shown:
        following = link("next_cursor", cursor=cursor_after(shown[-1].record_id))
    elif page < pages:
        following = link("next", page=page + 1)
    return {
        "first": link("first", page=1),
        "next": following,
        "previous": link("previous", page=page - 1) if page > 1 else None,
        "last": link("last", page=pages),
    }


def cursor_after(record_id: int) -> str:
    """The opaque cursor behind a row, in the form the documentation shows."""
    text = json.dumps({"after": {"id": record_id}}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def after_id(cursor: str) -> int:
    """The id a cursor stands behind.

    Raises:
        UnprocessableQuery: if it is not one of our cursors.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return int(json.loads(base64.urlsafe_b64decode(padded))["after"]["id"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise UnprocessableQuery("cursor is invalid") from None


def equal(name: str, value: Any) -> Callable[[Row], bool]:
    """A filter on one fact of a row."""
    return lambda row: row.facts.get(name) == value


def whole_number(request: Request, name: str, default: int) -> int:
    """An integer parameter, or the default when it is not given."""
    text = request.args.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise UnprocessableQuery(f"{name} must be an integer") from None


def flag(name: str, text: str) -> bool:
    """A boolean parameter."""
    values = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in values:
        raise UnprocessableQuery(f"{name} must be true or false")
    return values[text.lower()]


def day(name: str, text: str) -> date:
    """A date parameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnprocessableQuery(f"{name} must be a date") from None


def instant(text: str) -> datetime:
    """The ``updated_since`` parameter; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnprocessableQuery("updated_since must be an ISO 8601 date and time") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
