"""The Kantata account at one instant: rendered records by collection, and how values are written.

Here: `Row` (one record with what filters and orders need), `Account` (the collections, rendered
once per instant), `stamp` and `cents` (the vendor's way to write instants and money).

Not here: the records themselves (`kantata_time`, `kantata_master`, `kantata_staffing`,
`kantata_custom_fields`), filters, paging and envelope (`kantata_listing`), routes (`kantata`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from tieout.sandbox.firm.model import FirmState, SandboxFirm, TimeEntryVersion

ACCOUNT_ID: Final = 4110
BASE_UNIT: Final = 100
SYSTEM: Final = "kantata"
_ZONE: Final = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True, slots=True)
class Row:
    """One record with the facts that filters and orders need."""

    record: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    day: date | None = None
    is_hidden: bool = False  # archived project, or entry of one

    @property
    def id(self) -> str:
        """The vendor's id, always text."""
        return str(self.record["id"])


class Account:
    """What the Kantata account shows at one instant, collection by collection.

    Args:
        firm: all versions of all records.
        state: the versions that hold at the instant.
        collections: how to render each collection (`kantata_collections.COLLECTIONS`).
    """

    def __init__(
        self,
        firm: SandboxFirm,
        state: FirmState,
        collections: Mapping[str, Callable[[Account], Iterator[Row]]],
    ) -> None:
        self.firm = firm
        self.state = state
        self._collections = collections
        self._kept: dict[str, dict[str, Row]] = {}

    def rows(self, collection: str) -> dict[str, Row]:
        """Rows of a collection by id, in order of creation."""
        if collection not in self._kept:
            rows = sorted(
                self._collections[collection](self), key=lambda row: (row.created_at, row.id)
            )
            self._kept[collection] = {row.id: row for row in rows}
        return self._kept[collection]

    @cached_property
    def entries_by_submission(self) -> dict[str, list[TimeEntryVersion]]:
        """Time entries under the submission they were last part of."""
        found: dict[str, list[TimeEntryVersion]] = {}
        for entry in self.state.time_entries:
            if entry.source_system == "kantata" and entry.recent_submission_id:
                found.setdefault(entry.recent_submission_id, []).append(entry)
        return found

    def user_id(self, worker_id: str | None) -> str | None:
        """The Kantata user of a worker."""
        worker = self.state.worker.get(worker_id or "")
        return worker.kantata_user_id if worker else None


def stamp(moment: datetime | None) -> str | None:
    """An instant the vendor's way: Pacific time with its offset, whole seconds."""
    return None if moment is None else moment.astimezone(_ZONE).isoformat(timespec="seconds")


def cents(amount: Decimal | None) -> int | None:
    """An amount in hundredths; the firm's rates are whole cents."""
    return None if amount is None else int(amount * BASE_UNIT)
