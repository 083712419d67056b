"""Who approves what: Kantata timesheet submissions and approval events of every system.

Here: the approval side of time entries (`entries.py`) and expense reports (`expenses.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tieout.sandbox.firm.facts import ApprovalEvent, TimeEntryVersion, TimesheetSubmission
from tieout.sandbox.firm.reference import KANTATA
from tieout.sandbox.firm.timeline import monday_after
from tieout.sandbox.firm.workshop import Workshop


def approver_of(shop: Workshop, version: TimeEntryVersion) -> str:
    """The project's manager, or, for the manager's own time, another worker of the firm."""
    manager = shop.projects[version.project_id].manager_worker_id
    if manager != version.worker_id:
        return manager
    entity_id = shop.workers[manager].legal_entity_id
    return shop.people(entity_id)[1].worker_id


def open_submission(
    shop: Workshop,
    version: TimeEntryVersion,
    submitted_at: datetime,
    resolved_at: datetime | None,
    status: str = "approved",
    text: str = "",
) -> str:
    """One Kantata timesheet submission (worker, project, week) with its versions and events."""
    monday = monday_after(version.work_date) - timedelta(days=7)
    pending = TimesheetSubmission(
        submission_id=shop.text("kantata_submission"),
        changed_at=submitted_at,
        created_at=submitted_at,
        worker_id=version.worker_id,
        project_id=version.project_id,
        start_date=monday,
        end_date=monday + timedelta(days=6),
        status="pending",
        resolution_worker_id=None,
        resolution_at=None,
        resolution_text="",
    )
    shop.add("submissions", pending)
    record_event(
        shop,
        KANTATA,
        "submission",
        pending.submission_id,
        "submitted",
        submitted_at,
        version.worker_id,
    )
    if resolved_at is not None:
        resolve_submission(shop, pending, status, resolved_at, approver_of(shop, version), text)
    return pending.submission_id


def resolve_submission(
    shop: Workshop,
    pending: TimesheetSubmission,
    status: str,
    resolved_at: datetime,
    actor: str,
    text: str = "",
) -> None:
    """Approve, reject or cancel a pending submission, with its event."""
    shop.add(
        "submissions",
        replace(
            pending,
            changed_at=resolved_at,
            status=status,
            resolution_worker_id=actor,
            resolution_at=resolved_at,
            resolution_text=text,
        ),
    )
    record_event(
        shop, KANTATA, "submission", pending.submission_id, status, resolved_at, actor, text
    )


def record_event(
    shop: Workshop,
    system: str,
    grain: str,
    record_id: str,
    event: str,
    moment: datetime,
    actor: str,
    comment: str = "",
) -> None:
    """One approval event."""
    shop.add(
        "approval_events",
        ApprovalEvent(
            event_id=f"{system}-{shop.number('approval_event')}",
            changed_at=moment,
            source_system=system,
            source_grain=grain,
            source_record_id=record_id,
            event=event,
            actor_worker_id=actor,
            comment=comment,
        ),
    )
