"""Writing time entries: the versions of one entry from draft to approved, and later changes.

Here: how one entry comes to be. Which entries there are: `timesheets.py` (clean) and `plants_*.py`
(wrong on purpose). Posting them: `history.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tieout.sandbox.firm.approvals import approver_of, open_submission
from tieout.sandbox.firm.facts import TimeEntryVersion
from tieout.sandbox.firm.master import Project, Worker
from tieout.sandbox.firm.reference import ENTITY, HARVEST, KANTATA, NOTES
from tieout.sandbox.firm.timeline import local
from tieout.sandbox.firm.workshop import Workshop

_SUBMIT_HOUR, _APPROVE_HOUR, _WRITE_HOUR = 18, 11, 17
_UNSET: Any = object()


@dataclass(frozen=True)
class Life:
    """When one entry was written, submitted and approved (None: that has not happened)."""

    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None


def usual_life(shop: Workshop, worker: Worker, day: date) -> Life:
    """The clean rhythm (see `timeline.py`); the worker's number spreads the minutes."""
    minute = int(worker.worker_id[2:]) % 50
    entity = worker.legal_entity_id
    line = shop.timeline
    return Life(
        created_at=local(day, entity, _WRITE_HOUR, minute),
        submitted_at=local(line.submitted_on(day), entity, _SUBMIT_HOUR, minute),
        approved_at=local(line.approved_on(day), entity, _APPROVE_HOUR, minute),
    )


def bill_rate_on(shop: Workshop, worker_id: str, project_id: str, day: date) -> Decimal | None:
    """The dated bill rate, None if there is none (internal work)."""
    for card in shop.cards.get((worker_id, project_id), ()):
        if card.start_date <= day and (card.end_date is None or day <= card.end_date):
            return card.bill_rate
    return None


def cost_rate_on(shop: Workshop, worker_id: str, day: date) -> Decimal:
    """The dated cost rate; the latest one for days after every range."""
    rates = shop.costs[worker_id]
    for row in rates:
        if row.start_date <= day and (row.end_date is None or day <= row.end_date):
            return row.cost_rate
    return rates[-1].cost_rate


def write_entry(
    shop: Workshop,
    worker: Worker,
    project: Project,
    day: date,
    hours: Decimal,
    life: Life,
    *,
    task_number: int = 0,
    note_number: int = 0,
    unrounded: Decimal | None = None,
    bill_rate: Decimal | None = _UNSET,
    cost_rate: Decimal | None = _UNSET,
    bill_currency: str | None = None,
    submission_id: str | None = None,
) -> TimeEntryVersion:
    """Write one entry with its versions up to the last step of `life`; returns the last version.

    Rates left out come from the dated cards. In Kantata a submitted entry needs a submission:
    `submission_id` names a shared one, otherwise the entry gets one of its own (with its events).
    """
    system = ENTITY[worker.legal_entity_id].time_system
    task = shop.tasks[project.project_id][task_number]
    if bill_rate is _UNSET:
        bill_rate = bill_rate_on(shop, worker.worker_id, project.project_id, day)
    if cost_rate is _UNSET:
        cost_rate = cost_rate_on(shop, worker.worker_id, day)
    version = TimeEntryVersion(
        source_system=system,
        source_record_id=shop.text("harvest_entry" if system == HARVEST else "kantata_entry"),
        changed_at=life.created_at,
        created_at=life.created_at,
        worker_id=worker.worker_id,
        project_id=project.project_id,
        task_id=task.task_id,
        work_date=day,
        hours=hours,
        hours_unrounded=hours if unrounded is None else unrounded,
        is_billable=project.is_billable,
        bill_rate=bill_rate,
        bill_currency_code=bill_currency or project.contract_currency_code,
        cost_rate=cost_rate,
        cost_currency_code=ENTITY[worker.legal_entity_id].functional_currency_code,
        approval_status="draft",
        submitted_at=None,
        approved_at=None,
        approver_worker_id=None,
        active_submission_id=None,
        recent_submission_id=None,
        notes=NOTES[note_number],
    )
    shop.add("time_entries", version)
    return advance(shop, version, life, submission_id)


def advance(
    shop: Workshop, version: TimeEntryVersion, life: Life, submission_id: str | None = None
) -> TimeEntryVersion:
    """Submit and approve a draft as far as `life` goes; returns the last version."""
    approver = approver_of(shop, version)
    if life.submitted_at is None:
        return version
    if version.source_system == KANTATA and submission_id is None:
        submission_id = open_submission(shop, version, life.submitted_at, life.approved_at)
    version = replace(
        version,
        changed_at=life.submitted_at,
        approval_status="submitted",
        submitted_at=life.submitted_at,
        active_submission_id=submission_id,
        recent_submission_id=submission_id,
    )
    shop.add("time_entries", version)
    if life.approved_at is None:
        return version
    version = replace(
        version,
        changed_at=life.approved_at,
        approval_status="approved",
        approved_at=life.approved_at,
        approver_worker_id=approver,
    )
    return shop.add("time_entries", version)


def revise(
    shop: Workshop, version: TimeEntryVersion, changed_at: datetime, **fields: Any
) -> TimeEntryVersion:
    """A later version of the same entry with some fields changed; hours follow in both forms."""
    if "hours" in fields:
        fields.setdefault("hours_unrounded", fields["hours"])
    return shop.add("time_entries", replace(version, changed_at=changed_at, **fields))


def reject_once(
    shop: Workshop, draft: TimeEntryVersion, first: Life, second: Life
) -> TimeEntryVersion:
    """Submit a draft, reject it at `first.approved_at`, correct it, approve it as `second` says."""
    assert first.submitted_at is not None
    assert first.approved_at is not None
    rejected_at = first.approved_at
    submission = None
    if draft.source_system == KANTATA:
        submission = open_submission(
            shop, draft, first.submitted_at, rejected_at, "rejected", "wrong task"
        )
    life = Life(first.created_at, first.submitted_at, None)
    submitted = advance(shop, draft, life, submission)
    rejected = revise(
        shop, submitted, rejected_at, approval_status="rejected", active_submission_id=None
    )
    corrected = revise(
        shop,
        rejected,
        rejected_at + timedelta(hours=3),
        approval_status="draft",
        submitted_at=None,
        notes=f"{draft.notes} (corrected)",
    )
    return advance(shop, corrected, second)
