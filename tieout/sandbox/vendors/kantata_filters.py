"""Filters and orders of the Kantata OX emulator's lists.

The vendor's facts kept here: `only` never answers 404; archived projects and their time are
hidden unless asked for (`include_archived`, `from_archived_workspaces`); `approved`, `invoiced`
and `uninvoiced` count as true whatever value is sent; submissions are ordered by date only,
allocations by `updated_at` only. A parameter nobody knows is ignored.

Not here: paging and envelope (`kantata_listing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from tieout.sandbox.vendors.kantata_account import Account, Row

_DEFAULT_ORDER: Final = {
    "time_entries": "date_performed:desc",
    "timesheet_submissions": "date:desc",
    "workspaces": "updated_at:desc",
    "workspace_allocations": "updated_at:desc",
}
_SORTABLE: Final[Mapping[str, frozenset[str]]] = {
    "time_entries": frozenset({"created_at", "date_performed", "updated_at"}),
    "timesheet_submissions": frozenset({"date"}),
    "workspaces": frozenset({"created_at", "start_date", "updated_at"}),
    "workspace_allocations": frozenset({"updated_at"}),
}
_SORTABLE_ELSEWHERE: Final = frozenset({"created_at", "updated_at"})
_ORDERS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "created_at": lambda row: row.created_at,
    "updated_at": lambda row: row.updated_at,
    "date_performed": lambda row: row.day,
    "date": lambda row: row.day,
    "start_date": lambda row: row.day,
}


class BadQuery(ValueError):  # noqa: N818 - it is the vendor's refusal, not a fault of ours
    """A parameter the vendor refuses; the message is what it says."""


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise BadQuery(f"{text!r} is not an ISO 8601 datetime") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _days(text: str) -> tuple[date, date]:
    first, _, last = text.partition(":")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise BadQuery(f"{text!r} is not a date range like 2013-06-01:2013-08-01") from None


def ids_in(text: str) -> set[str]:
    """The parts of a comma-separated parameter."""
    return {part.strip() for part in text.split(",") if part.strip()}


def _true(text: str) -> bool:
    return text.lower() in {"true", "1"}


Test = Callable[[Row], bool]


def _field_in(name: str, wanted: set[str]) -> Test:
    """Rows whose field is one of these; a list without that field does not know the filter."""
    return lambda row: name not in row.record or str(row.record[name]) in wanted


def _within(text: str) -> Test:
    first, last = _days(text)
    return lambda row: row.day is not None and first <= row.day <= last


def _compare(name: str, text: str) -> Test:
    moment = _instant(text)
    if name.endswith("_after"):
        return lambda row: getattr(row, name.replace("_after", "_at")) > moment
    return lambda row: getattr(row, name.replace("_before", "_at")) < moment


# parameter -> filter; the value is the text sent
_FILTERS: Final[Mapping[str, Callable[[str], Test]]] = {
    "created_after": lambda text: _compare("created_after", text),
    "created_before": lambda text: _compare("created_before", text),
    "updated_after": lambda text: _compare("updated_after", text),
    "updated_before": lambda text: _compare("updated_before", text),
    "date_performed_between": _within,
    "start_date_after": lambda text: _within(f"{text[:10]}:{date.max.isoformat()}"),
    "only": lambda text: _field_in("id", ids_in(text)),
    "workspace_id": lambda text: _field_in("workspace_id", {text}),
    "workspace_ids": lambda text: _field_in("workspace_id", ids_in(text)),
    "user_ids": lambda text: _field_in("user_id", ids_in(text)),
    "with_user_ids": lambda text: _field_in("user_id", ids_in(text)),
    "with_timesheet_id": lambda text: _field_in("active_submission_id", {text}),
    "with_recent_timesheet_ids": lambda text: _field_in("recent_submission_id", ids_in(text)),
    "statuses": lambda text: _field_in(
        "status", {"pending" if part == "new" else part for part in ids_in(text)}
    ),
    "subject_type": lambda text: _field_in("subject_type", {text}),
    "billable": lambda text: lambda row: row.record.get("billable") == _true(text),
    "in_active_submission": lambda text: (
        lambda row: (row.record.get("active_submission_id") is not None) == _true(text)
    ),
    # whatever value is sent, these four count as true
    "approved": lambda _: lambda row: bool(row.record.get("approved")),
    "invoiced": lambda _: lambda row: bool(row.record.get("is_invoiced")),
    "uninvoiced": lambda _: lambda row: not row.record.get("is_invoiced"),
    "active": lambda _: lambda row: row.record.get("status") in {"approved", "pending"},
}
_REVEALING: Final = {"time_entries": "from_archived_workspaces", "workspaces": "include_archived"}


def select(account: Account, collection: str, args: Mapping[str, str]) -> list[Row]:
    """Filter and order one collection.

    Raises:
        BadQuery: on a parameter the vendor refuses.
    """
    if collection == "custom_field_values" and "subject_type" not in args:
        raise BadQuery("subject_type is required")
    tests = [_FILTERS[name](text) for name, text in args.items() if name in _FILTERS]
    shown = _true(args.get(_REVEALING.get(collection, ""), "false"))
    rows = [
        row
        for row in account.rows(collection).values()
        if (shown or not row.is_hidden) and all(test(row) for test in tests)
    ]
    name, _, direction = args.get("order", _DEFAULT_ORDER.get(collection, "")).partition(":")
    if not name:
        return rows
    sortable = _SORTABLE.get(collection, _SORTABLE_ELSEWHERE)
    if name not in sortable or direction not in {"asc", "desc"}:
        raise BadQuery(f"order {name}:{direction} is not supported")
    key: Any = _ORDERS[name]
    return sorted(rows, key=key, reverse=direction == "desc")
