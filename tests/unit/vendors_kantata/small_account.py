"""A firm small enough to know every row of, for Kantata."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tieout.sandbox.firm.model import (
    Assignment,
    Client,
    Currency,
    LegalEntity,
    Project,
    SandboxFirm,
    Task,
    TimeEntryVersion,
    TimesheetSubmission,
    Worker,
)

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def worker(number: int, **changes: Any) -> Worker:
    plain = Worker(
        worker_id=f"W-{number:04d}",
        changed_at=MADE,
        created_at=MADE,
        first_name="Isla",
        last_name=f"Reid {number}",
        email=f"isla.{number}@meridian.example",
        worker_type="employee",
        legal_entity_id="UK01",
        job_title="Consultant",
        department="Delivery",
        hired_date=date(2024, 1, 8),
        terminated_date=None,
        cost_rate=Decimal("48.00"),
        default_bill_rate=Decimal("140.00"),
        manager_worker_id=None,
        bamboohr_id=str(100 + number),
        harvest_user_id=None,
        harvest_email=None,
        kantata_user_id=str(9572700 + number),
        concur_login=None,
        netsuite_employee_id=None,
        is_in_tryton=True,
    )
    return replace(plain, **changes)


def client(number: int, **changes: Any) -> Client:
    plain = Client(
        client_id=f"C-{number:02d}",
        changed_at=MADE,
        created_at=MADE,
        name=f"Client {number}",
        currency_code="GBP",
        legal_entity_id="UK01",
        is_active=True,
        harvest_client_id=None,
        kantata_group_id=str(1450200 + number),
        netsuite_customer_id=str(number),
    )
    return replace(plain, **changes)


def project(number: int, **changes: Any) -> Project:
    plain = Project(
        project_id=f"P-{1000 + number}",
        changed_at=MADE,
        created_at=MADE,
        name=f"Project {number}",
        client_id="C-01",
        legal_entity_id="UK01",
        billing_model="time_and_materials",
        contract_currency_code="GBP",
        cap_amount=None,
        fee_amount=None,
        is_billable=True,
        is_active=True,
        kantata_status="Active",
        start_date=date(2026, 1, 1),
        end_date=None,
        manager_worker_id="W-0001",
        kantata_workspace_id=str(19092300 + number),
        harvest_project_id=None,
        netsuite_job_id=None,
        is_active_netsuite=False,
        is_in_tryton=True,
        is_active_tryton=True,
    )
    return replace(plain, **changes)


def task(project_id: str, number: int) -> Task:
    return Task(
        task_id=f"{project_id}/build",
        project_id=project_id,
        changed_at=MADE,
        created_at=MADE,
        name="Build",
        is_billable=True,
        harvest_task_id=None,
        harvest_task_assignment_id=None,
        kantata_story_id=str(274141400 + number),
    )


def assignment(worker_id: str, project_id: str, number: int, **changes: Any) -> Assignment:
    plain = Assignment(
        assignment_id=f"{worker_id}/{project_id}",
        changed_at=MADE,
        created_at=MADE,
        worker_id=worker_id,
        project_id=project_id,
        start_date=date(2026, 1, 5),
        end_date=date(2026, 12, 31),
        bill_rate=Decimal("140.00"),
        is_active=True,
        harvest_user_assignment_id=None,
        kantata_assignment_id=str(31405000 + number),
    )
    return replace(plain, **changes)


def submission(number: int, **changes: Any) -> TimesheetSubmission:
    plain = TimesheetSubmission(
        submission_id=str(45052600 + number),
        changed_at=datetime(2026, 6, 22, 9, tzinfo=UTC),
        created_at=datetime(2026, 6, 19, 17, tzinfo=UTC),
        worker_id="W-0001",
        project_id="P-1001",
        start_date=date(2026, 6, 15),
        end_date=date(2026, 6, 21),
        status="approved",
        resolution_worker_id="W-0002",
        resolution_at=datetime(2026, 6, 22, 9, tzinfo=UTC),
        resolution_text="",
    )
    return replace(plain, **changes)


def entry(number: int, **changes: Any) -> TimeEntryVersion:
    plain = TimeEntryVersion(
        source_system="kantata",
        source_record_id=str(562670000 + number),
        changed_at=datetime(2026, 6, 22, 9, tzinfo=UTC),
        created_at=datetime(2026, 6, 15, 17, tzinfo=UTC) + timedelta(minutes=number),
        worker_id="W-0001",
        project_id="P-1001",
        task_id="P-1001/build",
        work_date=date(2026, 6, 15),
        hours=Decimal("7.75"),
        hours_unrounded=Decimal("7.75"),
        is_billable=True,
        bill_rate=Decimal("140.00"),
        bill_currency_code="GBP",
        cost_rate=Decimal("48.00"),
        cost_currency_code="GBP",
        approval_status="approved",
        submitted_at=datetime(2026, 6, 19, 17, tzinfo=UTC),
        approved_at=datetime(2026, 6, 22, 9, tzinfo=UTC),
        approver_worker_id="W-0002",
        active_submission_id=str(45052601),
        recent_submission_id=str(45052601),
        notes="Workshop",
    )
    return replace(plain, **changes)


def unapproved(number: int, status: str, recent: str | None, **changes: Any) -> TimeEntryVersion:
    active = recent if status == "submitted" else None
    return entry(
        number,
        approval_status=status,
        approved_at=None,
        approver_worker_id=None,
        active_submission_id=active,
        recent_submission_id=recent,
        **changes,
    )


def small_firm(**changes: Any) -> SandboxFirm:
    """Three people, two clients, three projects, four submissions, seven entries."""
    nothing: Any = ()
    kinds = (
        "accounts account_mappings milestones approval_events rate_cards cost_rates"
        " expense_reports expense_entries periods fx_rates erp_lines invoices charges"
    )
    given: dict[str, Any] = {
        **dict.fromkeys(kinds.split(), nothing),
        "currencies": (
            Currency("GBP", "Pound", "£", "2"),
            Currency("USD", "Dollar", "$", "1"),
        ),
        "entities": (
            LegalEntity(
                "UK01", "Meridian UK Ltd", "GB", "GBP", "Europe/London", "kantata",
                "tryton_uk", None, "UK01",
            ),
        ),
        "workers": (
            worker(1),
            worker(2, terminated_date=date(2026, 6, 30)),
            worker(3, kantata_user_id=None),
        ),
        "clients": (client(1), client(2, currency_code="USD"), client(3, kantata_group_id=None)),
        "projects": (
            project(1),
            project(2, billing_model="capped", cap_amount=Decimal("250000.00"), client_id="C-02", contract_currency_code="USD"),
            project(3, is_active=False, kantata_status="Closed", end_date=date(2026, 6, 10)),
        ),
        "tasks": (task("P-1001", 1), task("P-1002", 2)),
        "assignments": (
            assignment("W-0001", "P-1001", 1),
            assignment("W-0001", "P-1002", 2, end_date=None),
            assignment("W-0002", "P-1001", 3, is_active=False),
        ),
        "submissions": (
            submission(1),
            submission(2, status="rejected", resolution_text="Wrong project"),
            submission(3, status="pending", resolution_at=None, resolution_worker_id=None,
                       created_at=datetime(2026, 6, 23, 8, tzinfo=UTC), changed_at=datetime(2026, 6, 23, 8, tzinfo=UTC)),
            submission(4, project_id="P-1003", start_date=date(2026, 6, 1), end_date=date(2026, 6, 7)),
        ),
        "time_entries": (
            entry(1),
            entry(2, project_id="P-1002", task_id="P-1002/build", bill_currency_code="USD",
                  bill_rate=Decimal("187.50"), hours=Decimal("0.50"), hours_unrounded=Decimal("0.50")),
            unapproved(3, "draft", None),
            unapproved(4, "rejected", "45052602"),
            unapproved(5, "submitted", "45052603"),
            entry(6, project_id="P-1003", task_id=None, work_date=date(2026, 6, 3),
                  active_submission_id="45052604", recent_submission_id="45052604"),
            entry(7, is_billable=False, bill_rate=None),
            entry(8, source_system="harvest_us"),
        ),
    }  # fmt: skip
    return SandboxFirm(
        firm_id="meridian", name="Meridian Consulting", reporting_currency_code="USD", seed=1,
        size="quick", months=1, last_month="2026-06", period_id="2026-06", now=NOW, later=NOW,
        **{**given, **changes},
    )  # fmt: skip
