"""Planted entries that are already in the ERP: what most planted faults start from.

Here: one posted entry with its line, and the moment at which planted changes happen to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tieout.sandbox.firm.facts import TimeEntryVersion
from tieout.sandbox.firm.history import post_history
from tieout.sandbox.firm.ledger import ErpLine
from tieout.sandbox.firm.master import Worker
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.timeline import at_utc

_LATE_CHANGE_DAY = 25


@dataclass(frozen=True)
class Posted:
    """A posted entry: its version and its line."""

    version: TimeEntryVersion
    line: ErpLine


def posted(
    planter: Planter,
    worker: Worker,
    project_id: str,
    number: int,
    hours: str = "8",
    months_back: int = 0,
) -> Posted:
    """Write, approve and post one entry of a month's day."""
    day = planter.day(worker, number, months_back)
    version = planter.entry(worker, project_id, day, hours)
    line = post_history(planter.shop, version)
    assert line is not None, "planted history is approved before the last nightly run"
    return Posted(version, line)


def change_time(planter: Planter) -> datetime:
    """When planted changes happen: the 26th of the last month, after everything was posted."""
    return at_utc(planter.shop.timeline.last.start + timedelta(days=_LATE_CHANGE_DAY), 14)
