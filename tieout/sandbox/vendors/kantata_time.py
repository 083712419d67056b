"""Time of the Kantata OX emulator: time entries, timesheet submissions, time adjustments.

Field names and order are those of the public sample of the vendor's answer and of its published
Swagger. Not here: projects and people (`kantata_master`), paging (`kantata_listing`).

Assumptions beyond the vendor's documents:

* `cost_rate_in_cents` is kept in the currency of the worker's employing entity, while `currency`
  is the currency of `rate_in_cents`.
* Anything that happens to a time entry, also approval through its submission, moves the entry's
  `updated_at`.
* An entry without a task has `story_id` null.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from tieout.sandbox.firm.model import TimeEntryVersion
from tieout.sandbox.vendors.kantata_account import BASE_UNIT, SYSTEM, Account, Row, cents, stamp


def time_entries(account: Account) -> Iterator[Row]:
    """Time entries in the shape of the public sample, plus the ids that `include` adds."""
    state = account.state
    symbols = {currency.code: currency.symbol for currency in state.currencies}
    for entry in state.time_entries:
        if entry.source_system != SYSTEM:
            continue
        project = state.project[entry.project_id]
        task = state.task.get(entry.task_id or "")
        record = {
            "created_at": stamp(entry.created_at),
            "updated_at": stamp(entry.changed_at),
            "date_performed": entry.work_date.isoformat(),
            "time_in_minutes": entry.minutes,
            "billable": entry.is_billable,
            "notes": entry.notes,
            "rate_in_cents": cents(entry.bill_rate),
            "cost_rate_in_cents": cents(entry.cost_rate),
            "currency": entry.bill_currency_code,
            "currency_symbol": symbols.get(entry.bill_currency_code, entry.bill_currency_code),
            "currency_base_unit": BASE_UNIT,
            "user_can_edit": entry.approval_status != "approved",
            "approved": entry.approval_status == "approved",
            "taxable": False,
            "is_invoiced": entry.source_invoice_id is not None,
            "story_id": task.kantata_story_id if task else None,
            "workspace_id": project.kantata_workspace_id,
            "user_id": account.user_id(entry.worker_id),
            "active_submission_id": entry.active_submission_id,
            "id": entry.source_record_id,
            "recent_submission_id": entry.recent_submission_id,
        }
        yield Row(
            record, entry.created_at, entry.changed_at, entry.work_date, not project.is_active
        )


def timesheet_submissions(account: Account) -> Iterator[Row]:
    """Submissions: one worker, one project, one week; a resubmission is a new one."""
    state = account.state
    symbols = {currency.code: currency.symbol for currency in state.currencies}
    for sheet in state.submissions:
        project = state.project[sheet.project_id]
        entries = account.entries_by_submission.get(sheet.submission_id, [])
        total = sum((_billed_cents(entry) for entry in entries), 0)
        resolver = account.user_id(sheet.resolution_worker_id)
        currency = project.contract_currency_code
        pending = sheet.status == "pending"
        record = {
            "comment": "",
            "created_at": stamp(sheet.created_at),
            "currency": currency,
            "currency_base_unit": BASE_UNIT,
            "currency_symbol": symbols.get(currency, currency),
            "current_resolution_created_at_date": stamp(sheet.resolution_at),
            "current_resolution_creator_id": int(resolver) if resolver else None,
            "current_resolution_description": sheet.resolution_text or None,
            "end_date": sheet.end_date.isoformat(),
            "line_item_total_formatted": f"{currency} {total / Decimal(BASE_UNIT):,.2f}",
            "line_item_total_in_cents": total,
            "permissions": {
                "can_cancel_submission": pending,
                "can_approve_submission": pending,
                "can_reject_submission": pending,
                "can_resubmit_submission": sheet.status in {"rejected", "cancelled"},
            },
            "resolution_description": sheet.resolution_text or None,
            "start_date": sheet.start_date.isoformat(),
            "status": sheet.status,
            "title": f"Timesheet {sheet.start_date:%Y-%m-%d} {project.name}",
            "type": "TimesheetSubmission",
            "updated_at": stamp(sheet.changed_at),
            "user_id": account.user_id(sheet.worker_id),
            "workspace_id": project.kantata_workspace_id,
            "id": sheet.submission_id,
            "time_entry_ids": [entry.source_record_id for entry in entries],
        }
        yield Row(record, sheet.created_at, sheet.changed_at, sheet.start_date)


def _billed_cents(entry: TimeEntryVersion) -> int:
    """Billable value of an entry in cents, as the vendor's own screen would total it."""
    if not entry.is_billable or entry.bill_rate is None:
        return 0
    amount = entry.bill_rate * BASE_UNIT * entry.minutes / 60
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def time_adjustments(account: Account) -> Iterator[Row]:  # noqa: ARG001 - same shape as the others
    """None: this firm corrects time by editing and resubmitting it."""
    return iter(())
