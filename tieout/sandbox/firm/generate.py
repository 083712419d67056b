"""Building the sample firm: `build_firm`, deterministic in (seed, size, months, last_month).

Here: the order of the work. Planted faults come first and reserve their days; clean time and
expenses fill the rest; the earlier integration posts what was approved in time; invoices follow.
What is planted, in one table (every row with its exact figures: `manifest(firm)`):

| where it shows | planted |
|---|---|
| approved, not posted, postable | maintenance window, late time of closed months, last days |
| approved, not posted, blocked | see `plants_blocked.py`: twelve causes; four more for expenses |
| changed after posting | hours, project, month, bill rate, cost rate, approval, deletion, recall |
| orphan lines | manual journals, unknown entries, foreign integration, lonely reversal |
| duplicate lines | same entry under another id (time, expense), same key twice in Tryton |
| not billed | draft invoice, credit note, part bill, over cap, retainer |
| must stay silent | note edits, A-B-A edits, corrected pairs, drafts, rejections, late commit |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from random import Random

from tieout.sandbox.firm.billing import add_invoices
from tieout.sandbox.firm.contracts import add_contracts
from tieout.sandbox.firm.expenses import add_expenses
from tieout.sandbox.firm.firm import RECORD_KEYS, SandboxFirm
from tieout.sandbox.firm.fx import FxTable
from tieout.sandbox.firm.history import Entry, add_fx_rates, add_periods, post_history
from tieout.sandbox.firm.people import add_people
from tieout.sandbox.firm.planting import Planter
from tieout.sandbox.firm.plants_billing import plant_billing, plant_cap
from tieout.sandbox.firm.plants_blocked import plant_blocked
from tieout.sandbox.firm.plants_changes import plant_changes
from tieout.sandbox.firm.plants_duplicates import plant_duplicates
from tieout.sandbox.firm.plants_expenses import plant_expenses
from tieout.sandbox.firm.plants_ledger import plant_ledger
from tieout.sandbox.firm.plants_people import plant_identities
from tieout.sandbox.firm.plants_silent import plant_silent
from tieout.sandbox.firm.plants_waiting import expect_in_window, plant_waiting
from tieout.sandbox.firm.reference import (
    ACCOUNT_MAPPINGS,
    ACCOUNTS,
    CURRENCIES,
    ENTITIES,
    FIRM_ID,
    FIRM_NAME,
    REPORTING_CURRENCY,
)
from tieout.sandbox.firm.timeline import Timeline
from tieout.sandbox.firm.timesheets import add_timesheets
from tieout.sandbox.firm.workshop import Workshop

DEFAULT_SEED = 20260601
SIZES = {"quick": 24, "small": 60, "medium": 250, "large": 1000}
"""Named sizes in workers; three months of 24 workers are about 1,500 time entries."""


def build_firm(
    seed: int = DEFAULT_SEED,
    size: str | int = "quick",
    months: int = 3,
    last_month: str = "2026-06",
) -> SandboxFirm:
    """Build the sample firm.

    Args:
        seed: chooses people, rates, hours and ids; the planted faults are the same for all seeds.
        size: a name of `SIZES` or a number of workers (at least 24).
        months: months of history, at least 2, ending with `last_month`.
        last_month: the month being closed at `firm.now` ('YYYY-MM').

    Raises:
        ValueError: for an unknown size name, fewer than 24 workers or fewer than 2 months.
    """
    timeline = Timeline.of(months, last_month)
    shop = Workshop(seed, timeline, _draw_fx(seed, timeline))
    cast = add_people(shop, _worker_count(size))
    add_contracts(shop, cast)
    add_periods(shop)
    add_fx_rates(shop)
    planter = Planter(shop, cast)
    plant_blocked(planter)
    plant_waiting(planter)
    plant_changes(planter)
    plant_silent(planter)
    plant_ledger(planter)
    plant_duplicates(planter)
    plant_billing(planter)
    plant_identities(planter)
    plant_expenses(planter)
    clean: Iterator[Entry] = chain(add_timesheets(shop, cast), add_expenses(shop, cast))
    expect_in_window(planter, [row for row in clean if post_history(shop, row) is None])
    plant_cap(planter)
    add_invoices(shop, planter.held_back)
    return _freeze(shop, size, months)


def _worker_count(size: str | int) -> int:
    if isinstance(size, int):
        return size
    if size not in SIZES:
        raise ValueError(f"size {size!r} is none of {', '.join(SIZES)} and no number of workers")
    return SIZES[size]


def _draw_fx(seed: int, timeline: Timeline) -> FxTable:
    last = timeline.later.date() + timedelta(days=1)
    return FxTable.draw(Random(f"{seed}:fx"), timeline.first_day, last)


def _freeze(shop: Workshop, size: str | int, months: int) -> SandboxFirm:
    line = shop.timeline
    return SandboxFirm(
        firm_id=FIRM_ID,
        name=FIRM_NAME,
        reporting_currency_code=REPORTING_CURRENCY,
        seed=shop.seed,
        size=size,
        months=months,
        last_month=line.last.id,
        period_id=line.last.id,
        now=line.now,
        later=line.later,
        currencies=CURRENCIES,
        entities=ENTITIES,
        accounts=ACCOUNTS,
        account_mappings=ACCOUNT_MAPPINGS,
        faults=tuple(shop.faults),
        **{kind: tuple(shop.rows[kind]) for kind in RECORD_KEYS},
    )
