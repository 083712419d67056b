"""BambooHR's list of employees: filters, sorting, and one page by cursor.

Not here: what an employee looks like (`bamboohr_employees`), routes and credentials (`bamboohr`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from tieout.sandbox.vendors.bamboohr_employees import SORTABLE
from tieout.sandbox.vendors.base import json_response, root_url

DEFAULT_LIMIT: Final = 250
MAX_LIMIT: Final = 2500


class BadPage(BadRequest):
    """A page cursor that cannot be used."""

    error_code = "BadPage"


def answer_list(people: list[dict[str, Any]], request: Request) -> Response:
    """One page of a list.

    Args:
        people: every record of the list, unsorted.
        request: its query filters, sorts and pages.

    Raises:
        BadRequest: if a parameter cannot be used.
    """
    people = [person for person in people if fits(person, request)]
    for name in reversed((request.args.get("sort") or "employeeId").split(",")):
        people.sort(key=sort_key(name.lstrip("-")), reverse=name.startswith("-"))
    limit = page_limit(request)
    start = page_start(people, limit, request)
    page = people[start : start + limit]
    following = cursor(page[-1]) if start + limit < len(people) else None
    previous = cursor(page[0]) if start > 0 and page else None
    links = {"self": {"href": link(request)}}
    if following:
        links["next"] = {"href": link(request, after=following)}
    if previous:
        links["prev"] = {"href": link(request, before=previous)}
    numbers = {"limit": limit, "nextCursor": following, "prevCursor": previous}
    meta = {"total": len(people), "page": numbers}
    return json_response({"data": page, "meta": meta, "_links": links})


def fits(person: dict[str, Any], request: Request) -> bool:
    """Whether an employee passes the filters of the query."""
    args = request.args
    texts = ("firstName", "lastName", "jobTitleName")
    if any(
        args.get(f"filter[{name}]", "").lower() not in (person[name] or "").lower()
        for name in texts
    ):
        return False
    status = args.get("filter[status]")
    if status is not None and status not in ("active", "inactive"):
        raise BadRequest("filter[status] must be active or inactive.")
    ids = [*args.getlist("filter[ids][]"), *args.get("filter[ids]", "").split(",")]
    ids = [one for one in ids if one]
    right_status = status is None or person["status"].lower() == status
    return right_status and (not ids or person["employeeId"] in ids)


def sort_key(name: str) -> Callable[[dict[str, Any]], Any]:
    """How to sort by one of the sortable fields; nulls first, ids as numbers."""
    if name not in SORTABLE:
        raise BadRequest(f"The list cannot be sorted by {name}.")
    if name == "employeeId":
        return lambda person: int(person[name])
    return lambda person: (person[name] is not None, person[name] or "")


def page_limit(request: Request) -> int:
    """Rows per page."""
    text = request.args.get("page[limit]", str(DEFAULT_LIMIT))
    if not text.isdigit() or not 1 <= int(text) <= MAX_LIMIT:
        raise BadRequest(f"page[limit] must be between 1 and {MAX_LIMIT}.")
    return int(text)


def page_start(people: list[dict[str, Any]], limit: int, request: Request) -> int:
    """Index of the first row of the page that the query asks for.

    Raises:
        BadPage: if the cursor is malformed or its employee is not in the list any more.
    """
    after, before = request.args.get("page[after]"), request.args.get("page[before]")
    given = after or before
    if given is None:
        return 0
    positions = {person["employeeId"]: index for index, person in enumerate(people)}
    boundary = positions.get(boundary_of(given))
    if boundary is None or (after and before):
        raise BadPage("The page cursor cannot be used.")
    return boundary + 1 if after else max(0, boundary - limit)


def cursor(person: dict[str, Any]) -> str:
    """The opaque cursor at one employee."""
    return base64.urlsafe_b64encode(person["employeeId"].encode()).decode()


def boundary_of(text: str) -> str | None:
    """The employee a cursor stands at, None if it is malformed."""
    try:
        return base64.urlsafe_b64decode(text).decode()
    except (ValueError, binascii.Error):
        return None


def link(request: Request, **position: str) -> str:
    """The address of this list at another position."""
    kept = [
        (key, value)
        for key, value in request.args.items(multi=True)
        if not position or key not in ("page[after]", "page[before]")
    ]
    kept += [(f"page[{key}]", value) for key, value in position.items()]
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{root_url(request)}/api/v1/employees{query}"
