"""Lists of the Kantata OX emulator: paging, includes and the envelope.

The vendor's facts kept here: `page`/`per_page` (20, at most 200) unless both `limit` and `offset`
are given; `count` and `meta` over the whole query; `results` holds the order, the records stand in
an object keyed by id; `include` adds associated records beside them and their ids on the record.

Not here: filters and orders (`kantata_filters`), the records (`kantata_time`, `kantata_master`,
`kantata_staffing`, `kantata_custom_fields`), routes (`kantata`).
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tieout.sandbox.vendors import (
    kantata_custom_fields,
    kantata_master,
    kantata_staffing,
    kantata_time,
)
from tieout.sandbox.vendors.kantata_account import Account, Row
from tieout.sandbox.vendors.kantata_filters import ids_in, select

PER_PAGE: Final = 20
PER_PAGE_MAX: Final = 200
LISTINGS_KEPT: Final = 16
_PAGING: Final = frozenset({"page", "per_page", "limit", "offset", "include", "optional_fields"})

COLLECTIONS: Final[Mapping[str, Any]] = {
    "time_entries": kantata_time.time_entries,
    "timesheet_submissions": kantata_time.timesheet_submissions,
    "time_adjustments": kantata_time.time_adjustments,
    "workspaces": kantata_master.workspaces,
    "workspace_groups": kantata_master.workspace_groups,
    "external_references": kantata_master.external_references,
    "users": kantata_master.users,
    "stories": kantata_master.stories,
    "workspace_resources": kantata_staffing.workspace_resources,
    "workspace_allocations": kantata_staffing.workspace_allocations,
    "custom_field_values": kantata_custom_fields.custom_field_values,
}

# collection -> association -> (collection it leads to, field with its id or ids)
ASSOCIATIONS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "time_entries": {
        "active_submission": ("timesheet_submissions", "active_submission_id"),
        "recent_submission": ("timesheet_submissions", "recent_submission_id"),
        "story": ("stories", "story_id"),
        "user": ("users", "user_id"),
        "workspace": ("workspaces", "workspace_id"),
    },
    "timesheet_submissions": {
        "time_entries": ("time_entries", "time_entry_ids"),
        "user": ("users", "user_id"),
        "workspace": ("workspaces", "workspace_id"),
    },
    "workspaces": {
        "custom_field_values": ("custom_field_values", "custom_field_value_ids"),
        "primary_workspace_group": ("workspace_groups", "primary_workspace_group_id"),
        "workspace_groups": ("workspace_groups", "workspace_group_ids"),
        "workspace_resources": ("workspace_resources", "workspace_resource_ids"),
    },
    "workspace_groups": {
        "external_references": ("external_references", "external_reference_ids"),
        "workspaces": ("workspaces", "workspace_ids"),
    },
    "workspace_resources": {"user": ("users", "user_id")},
    "workspace_allocations": {
        "workspace": ("workspaces", "workspace_id"),
        "workspace_resource": ("workspace_resources", "workspace_resource_id"),
    },
}

# Foreign keys the public sample shows without being asked for; the other ids come with `include`.
_ALWAYS: Final = frozenset(
    {"active_submission_id", "story_id", "user_id", "workspace_id", "workspace_resource_id"}
)


class Listings:
    """The last few filtered and ordered lists, so that paging does not filter again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], list[Row]] = OrderedDict()

    def rows(self, account: Account, collection: str, args: Mapping[str, str]) -> list[Row]:
        """Rows of a collection that pass the filters, in the order asked for."""
        query = tuple(sorted((k, v) for k, v in args.items() if k not in _PAGING))
        key = (account.state.clock, collection, query)
        if key not in self._kept:
            self._kept[key] = select(account, collection, args)
            while len(self._kept) > LISTINGS_KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


def _number(args: Mapping[str, str], name: str, default: int) -> int:
    text = args.get(name, "")
    return max(int(text), 0) if text.isdigit() else default


def envelope(rows: list[Row], account: Account, collection: str, args: Mapping[str, str]) -> Any:
    """One page of a list the vendor's way."""
    size = min(_number(args, "per_page", PER_PAGE) or PER_PAGE, PER_PAGE_MAX)
    number = max(_number(args, "page", 1), 1)
    start = (number - 1) * size
    if "limit" in args and "offset" in args:
        size = min(max(_number(args, "limit", size), 1), PER_PAGE_MAX)
        start = _number(args, "offset", 0)
        number = start // size + 1
    chosen = rows[start : start + size]
    included = ids_in(args.get("include", "")) & set(ASSOCIATIONS.get(collection, {}))
    return {
        "count": len(rows),
        "results": [{"key": collection, "id": row.id} for row in chosen],
        **_side_loaded(account, collection, chosen, included),
        "meta": {
            "count": len(rows),
            "page_count": math.ceil(len(rows) / size),
            "page_number": number,
            "page_size": size,
        },
    }


def _side_loaded(
    account: Account, collection: str, rows: Iterable[Row], included: set[str]
) -> dict[str, Any]:
    """The records themselves and every associated record that was asked for."""
    answer: dict[str, dict[str, Any]] = {collection: {}}
    for row in rows:
        answer[collection][row.id] = _visible(collection, row.record, included)
        for association in sorted(included):
            target, field = ASSOCIATIONS[collection][association]
            found = row.record[field]
            for one in found if isinstance(found, list) else [found]:
                other = account.rows(target).get(str(one))
                if other is not None:
                    place = answer.setdefault(target, {})
                    place.setdefault(other.id, _visible(target, other.record, set()))
    return answer


def _visible(collection: str, record: Mapping[str, Any], included: set[str]) -> dict[str, Any]:
    """A record without the ids of associations that were not asked for."""
    hidden = {
        field
        for name, (_, field) in ASSOCIATIONS.get(collection, {}).items()
        if name not in included and field not in _ALWAYS
    }
    return {name: value for name, value in record.items() if name not in hidden}
