"""Planted lines that are in an ERP twice.

Here: the same entry version under two external ids, and one key twice in Tryton, which keeps
nothing unique. An expense posted twice is in `plants_expenses.py`.
"""

from __future__ import annotations

from datetime import timedelta

from tieout.sandbox.firm.history import key_of, post, post_history
from tieout.sandbox.firm.manifest import DUPLICATES, PNB
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.plants_ledger import line_figures
from tieout.sandbox.firm.posted import posted
from tieout.sandbox.firm.themes import THEMES

# A target id of an earlier set-up: the same entry version under another external id.
FORMER_TARGET = "netsuite_us"


def plant_duplicates(planter: Planter) -> None:
    """Plant every repeated line of time."""
    _same_entry_twice(planter)
    _same_key_twice(planter)


def _same_entry_twice(planter: Planter) -> None:
    theme = THEMES["duplicate-under-another-id"]
    shop = planter.shop
    case = posted(planter, planter.us(3), "P-1001", 4)
    line = post(
        shop,
        case.version,
        case.line.created_at + timedelta(days=1),
        key_of(shop, case.version, FORMER_TARGET),
    )
    planter.held_back.add(line.erp_line_id)
    planter.expect(
        theme,
        DUPLICATES,
        "external_id",
        str(line.external_id),
        line_figures(line, "same_entry_version"),
    )
    planter.absent(theme, PNB, "external_id", str(line.external_id))


def _same_key_twice(planter: Planter) -> None:
    theme = THEMES["duplicate-key-in-tryton"]
    shop, worker = planter.shop, planter.uk(2)
    version = planter.entry(worker, "P-1003", planter.day(worker, 4))
    first = post_history(shop, version)
    assert first is not None
    second = post(shop, version, first.created_at + timedelta(minutes=3))
    planter.expect(
        theme,
        DUPLICATES,
        "external_id",
        str(second.external_id),
        line_figures(second, "same_external_id"),
    )
