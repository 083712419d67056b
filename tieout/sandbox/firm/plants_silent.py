"""Planted changes that must stay silent: new versions of posted time without a gap.

Here: edits undone, edited notes, and edits that the earlier integration corrected with a reversal
and a new line. Changes with a gap are in `plants_changes.py`.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tieout.sandbox.firm.entries import revise
from tieout.sandbox.firm.history import post, reverse
from tieout.sandbox.firm.manifest import ANP, ANR, ORPHANS, PNB
from tieout.sandbox.firm.money import times
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.posted import change_time, posted
from tieout.sandbox.firm.themes import THEMES
from tieout.sandbox.firm.timeline import at_utc


def plant_silent(planter: Planter) -> None:
    """Plant every change that leaves no gap."""
    _no_gap(planter)
    _corrected_pairs(planter)


def _no_gap(planter: Planter) -> None:
    theme = THEMES["changed-without-gap"]
    shop = planter.shop
    back = posted(planter, planter.us(5), "P-1001", 10)
    away = revise(shop, back.version, change_time(planter), hours=Decimal(6))
    revise(shop, away, change_time(planter) + timedelta(hours=1), hours=back.version.hours)
    note = posted(planter, planter.us(6), "P-1001", 10)
    revise(shop, note.version, change_time(planter), notes="Steering meeting, minutes attached")
    for case in (back, note):
        planter.absent(theme, ANR, "entry_id", case.version.entry_id)
        planter.absent(theme, ANP, "entry_id", case.version.entry_id)


def _corrected_pairs(planter: Planter) -> None:
    theme = THEMES["corrected-by-pair"]
    shop = planter.shop
    for worker, project_id in ((planter.us(7), "P-1001"), (planter.uk(6), "P-1003")):
        case = posted(planter, worker, project_id, 4)
        assert case.version.cost_rate is not None
        edited_at = at_utc(shop.timeline.last.start + timedelta(days=17), 12)
        new = revise(shop, case.version, edited_at, hours=Decimal(6), approved_at=edited_at)
        run = edited_at + timedelta(hours=14)
        reversal = reverse(shop, case.line, run)
        repost = post(shop, new, run + timedelta(minutes=1))
        assert repost.cost_amount == times(new.hours, new.cost_rate)
        planter.absent(theme, ANR, "entry_id", new.entry_id)
        for line in (case.line, reversal):
            planter.absent(theme, ORPHANS, "external_id", str(line.external_id))
            planter.absent(theme, PNB, "external_id", str(line.external_id))
