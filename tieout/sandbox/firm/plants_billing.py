"""Planted billing states: drafts, credits, partial bills, cap, retainer, labour not billed hourly.

Here: what stays in posted-not-billed and what must not appear there. The monthly invoices of clean
lines are in `billing.py`; `planter.held_back` keeps its run away from the lines planted here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tieout.domain.period import Period
from tieout.sandbox.firm.billing import set_cap, write_invoice
from tieout.sandbox.firm.manifest import PNB
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.posted import posted
from tieout.sandbox.firm.themes import THEMES
from tieout.sandbox.firm.timeline import INVOICE_RUN, at_utc

_HALF = Decimal("0.5")


def plant_billing(planter: Planter) -> None:
    """Plant the billing states of single lines (the cap comes last: `plant_cap`)."""
    _draft_invoice(planter)
    _credited(planter)
    _half_billed(planter)
    _retainer(planter)
    _not_by_the_hour(planter)


def _invoice_time(planter: Planter, days: int = 0) -> datetime:
    first: Period = planter.shop.timeline.last
    day, hour = INVOICE_RUN
    return at_utc(first.start + timedelta(days=day - 1 + days), hour + 1)


def _draft_invoice(planter: Planter) -> None:
    theme = THEMES["draft-invoice"]
    case = posted(planter, planter.us(4), "P-1001", 14, months_back=1)
    planter.held_back.add(case.line.erp_line_id)
    write_invoice(planter.shop, [case.line], _invoice_time(planter), is_issued=False)
    planter.unbilled(theme, case.line, None)


def _credited(planter: Planter) -> None:
    theme = THEMES["credit-note"]
    case = posted(planter, planter.us(5), "P-1001", 14, months_back=1)
    planter.held_back.add(case.line.erp_line_id)
    write_invoice(planter.shop, [case.line], _invoice_time(planter))
    write_invoice(planter.shop, [case.line], _invoice_time(planter, 7), is_credit=True)
    planter.unbilled(theme, case.line, "ready")


def _half_billed(planter: Planter) -> None:
    theme = THEMES["partly-billed"]
    case = posted(planter, planter.us(6), "P-1001", 14, months_back=1)
    planter.held_back.add(case.line.erp_line_id)
    write_invoice(planter.shop, [case.line], _invoice_time(planter), share=_HALF)
    planter.unbilled(theme, case.line, "ready", billed=case.line.bill_amount * _HALF)


def _retainer(planter: Planter) -> None:
    theme = THEMES["retainer-covered"]
    case = posted(planter, planter.us(0), "P-1005", 4)
    planter.unbilled(theme, case.line, "retainer_covered")


def _not_by_the_hour(planter: Planter) -> None:
    theme = THEMES["not-billed-by-the-hour"]
    for worker, project_id in (
        (planter.us(2), "P-1002"),
        (planter.us(1), "P-1006"),
        (planter.uk(0), "P-1014"),
    ):
        case = posted(planter, worker, project_id, 4)
        planter.absent(theme, PNB, "external_id", str(case.line.external_id))


def plant_cap(planter: Planter) -> None:
    """Set the capped project's cap below its posted work; call when all history is posted."""
    theme = THEMES["over-cap"]
    for line in set_cap(planter.shop):
        planter.unbilled(theme, line, "over_cap")
