"""Clean time: what people enter day after day, with the usual mess that needs no alarm.

Here: one or two entries per worker and working day, weekly approval, some weeks rejected once and
resubmitted, some drafts edited before submission, Harvest timers rounded up to quarter hours, July
time still in draft, a few June sheets not approved yet. Nothing here is wrong: what is wrong is
planted by `plants_*.py`, which run first and reserve their days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tieout.sandbox.firm.approvals import open_submission
from tieout.sandbox.firm.entries import (
    Life,
    advance,
    reject_once,
    revise,
    usual_life,
    write_entry,
)
from tieout.sandbox.firm.facts import TimeEntryVersion
from tieout.sandbox.firm.master import Project, Worker
from tieout.sandbox.firm.people import Cast
from tieout.sandbox.firm.reference import HARVEST, INTERNAL_PROJECT, NOTES, TASKS
from tieout.sandbox.firm.workshop import Workshop

_DAY_PLANS = (("8",), ("7.5",), ("8",), ("7.25",), ("8.5",), ("8",), ("6.75",), ("5", "3"))
_ABSENT, _INTERNAL, _EDITED, _TIMER, _REJECTED, _UNAPPROVED = 0.04, 0.08, 0.03, 0.25, 0.02, 0.25


@dataclass(frozen=True)
class _Week:
    """How one worker's week went; `history` are the contracts that ended before the last month."""

    is_rejected: bool
    is_approved: bool


def add_timesheets(shop: Workshop, cast: Cast) -> Iterator[TimeEntryVersion]:
    """Write the clean time of everybody; yields the last version of each entry."""
    days = shop.timeline.workdays()
    for worker in shop.workers.values():
        if worker.worker_id in (cast.private_login, cast.not_in_erp):
            continue
        yield from _worker_time(shop, worker, cast, days)


def _worker_time(
    shop: Workshop, worker: Worker, cast: Cast, days: list[date]
) -> Iterator[TimeEntryVersion]:
    chance = shop.chance("time", worker.worker_id)
    projects = [shop.projects[code] for code in shop.projects_of[worker.worker_id]]
    planned = [row for row in projects if row.project_id not in (INTERNAL_PROJECT, *PLANTED_ONLY)]
    week = _Week(is_rejected=False, is_approved=True)
    submissions: dict[str, str | None] = {}
    for day in days:
        if day.weekday() == 0 or day == shop.timeline.last.start:
            week = _new_week(shop, chance, day)
            submissions = {}
        drawn = chance.random()
        if not worker.is_active_on(day) or (worker.worker_id, day) in shop.reserved:
            continue
        if drawn < _ABSENT:
            continue
        for text in chance.choice(_DAY_PLANS):
            project = _pick(shop, chance, planned, day)
            if worker.worker_id == cast.cap_worker and day > shop.timeline.last.end - CAP_QUIET:
                project = shop.projects[INTERNAL_PROJECT]
            yield _entry(shop, chance, worker, project, day, Decimal(text), week, submissions)


PLANTED_ONLY = ("P-1011", "P-1012")
CAP_QUIET = timedelta(days=5)


def _new_week(shop: Workshop, chance: Random, day: date) -> _Week:
    month_end = shop.timeline.is_month_end_week(day)
    return _Week(
        is_rejected=chance.random() < _REJECTED and not month_end,
        is_approved=not (month_end and chance.random() < _UNAPPROVED),
    )


def _pick(shop: Workshop, chance: Random, planned: list[Project], day: date) -> Project:
    """A contract of the worker; finished ones only before the last month."""
    if chance.random() < _INTERNAL:
        return shop.projects[INTERNAL_PROJECT]
    open_ones = [
        row
        for row in planned
        if row.project_id not in HISTORY_ONLY or day < shop.timeline.last.start - WIND_DOWN
    ]
    return chance.choice(open_ones)


HISTORY_ONLY = ("P-1009", "P-1010")
WIND_DOWN = timedelta(days=14)  # so that the last of their time is invoiced in the closed months


def _entry(
    shop: Workshop,
    chance: Random,
    worker: Worker,
    project: Project,
    day: date,
    hours: Decimal,
    week: _Week,
    submissions: dict[str, str | None],
) -> TimeEntryVersion:
    life = usual_life(shop, worker, day)
    is_draft = day > shop.timeline.last.end
    timer = project.is_billable and chance.random() < _TIMER and worker.harvest_user_id is not None
    first_hours = hours + 1 if chance.random() < _EDITED else hours
    draft = write_entry(
        shop,
        worker,
        project,
        day,
        first_hours,
        Life(life.created_at, None, None),
        task_number=chance.randrange(len(TASKS)),
        note_number=chance.randrange(len(NOTES)),
        unrounded=first_hours - Decimal(chance.randint(1, 14)) / 100 if timer else None,
    )
    if first_hours != hours:
        draft = revise(shop, draft, life.created_at + timedelta(minutes=20), hours=hours)
    if is_draft:
        return draft
    if week.is_rejected:
        assert life.approved_at is not None
        second = Life(
            life.created_at,
            life.approved_at + timedelta(days=1),
            life.approved_at + timedelta(days=2),
        )
        return reject_once(shop, draft, life, second)
    if not week.is_approved:
        life = Life(life.created_at, life.submitted_at, None)
    return advance(shop, draft, life, _submission(shop, draft, life, submissions))


def _submission(
    shop: Workshop, draft: TimeEntryVersion, life: Life, submissions: dict[str, str | None]
) -> str | None:
    """The week's submission of this project in Kantata, opened once; None in Harvest."""
    if draft.source_system == HARVEST:
        return None
    if draft.project_id not in submissions:
        assert life.submitted_at is not None
        submissions[draft.project_id] = open_submission(
            shop, draft, life.submitted_at, life.approved_at
        )
    return submissions[draft.project_id]
