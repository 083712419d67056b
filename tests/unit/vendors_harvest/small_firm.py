"""A firm small enough to know every row of: every kind of Harvest state once."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tieout.sandbox.firm.model import (
    Assignment,
    Client,
    CostRate,
    LegalEntity,
    Project,
    RateCard,
    SandboxFirm,
    Task,
    TimeEntryVersion,
    Worker,
)

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def worker(number: int, **changes: Any) -> Worker:
    plain = Worker(
        worker_id=f"W-{number:04d}",
        changed_at=MADE,
        created_at=MADE,
        first_name="Ada",
        last_name=f"Nguyen {number}",
        email=f"ada.{number}@meridian.example",
        worker_type="employee",
        legal_entity_id="US01",
        job_title="Consultant",
        department="Delivery",
        hired_date=date(2024, 1, 8),
        terminated_date=None,
        cost_rate=Decimal("62.50"),
        default_bill_rate=Decimal("185.00"),
        manager_worker_id=None,
        bamboohr_id=str(100 + number),
        harvest_user_id=1782000 + number,
        harvest_email=f"ada.{number}@meridian.example",
        kantata_user_id=None,
        concur_login=None,
        netsuite_employee_id=str(number),
        is_in_tryton=False,
    )
    return replace(plain, **changes)


def client(number: int, **changes: Any) -> Client:
    plain = Client(
        client_id=f"C-{number:02d}",
        changed_at=MADE,
        created_at=MADE,
        name=f"Client {number}",
        currency_code="USD",
        legal_entity_id="US01",
        is_active=True,
        harvest_client_id=5735000 + number,
        kantata_group_id=None,
        netsuite_customer_id=str(number),
    )
    return replace(plain, **changes)


def project(number: int, **changes: Any) -> Project:
    plain = Project(
        project_id=f"P-{number}",
        changed_at=MADE,
        created_at=MADE,
        name=f"Project {number}",
        client_id="C-01",
        legal_entity_id="US01",
        billing_model="time_and_materials",
        contract_currency_code="USD",
        cap_amount=None,
        fee_amount=None,
        is_billable=True,
        is_active=True,
        kantata_status="Active",
        start_date=date(2026, 1, 1),
        end_date=None,
        manager_worker_id="W-0001",
        kantata_workspace_id=str(number),
        harvest_project_id=14307000 + number,
        netsuite_job_id=str(number),
        is_active_netsuite=True,
        is_in_tryton=False,
        is_active_tryton=False,
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
        harvest_task_id=8083365,
        harvest_task_assignment_id=155502000 + number,
        kantata_story_id=None,
    )


def assignment(worker_id: str, project_id: str, number: int, **changes: Any) -> Assignment:
    plain = Assignment(
        assignment_id=f"{worker_id}/{project_id}",
        changed_at=MADE,
        created_at=MADE,
        worker_id=worker_id,
        project_id=project_id,
        start_date=date(2026, 1, 1),
        end_date=None,
        bill_rate=Decimal("185.00"),
        is_active=True,
        harvest_user_assignment_id=125068000 + number,
        kantata_assignment_id=None,
    )
    return replace(plain, **changes)


def entry(number: int, **changes: Any) -> TimeEntryVersion:
    plain = TimeEntryVersion(
        source_system="harvest_us",
        source_record_id=str(636709000 + number),
        changed_at=datetime(2026, 6, 20, 12, tzinfo=UTC) + timedelta(minutes=number),
        created_at=datetime(2026, 6, 15, 17, tzinfo=UTC),
        worker_id="W-0001",
        project_id="P-1",
        task_id="P-1/build",
        work_date=date(2026, 6, 1) + timedelta(days=number % 19),
        hours=Decimal("7.50"),
        hours_unrounded=Decimal("7.42"),
        is_billable=True,
        bill_rate=Decimal("185.00"),
        bill_currency_code="USD",
        cost_rate=Decimal("62.50"),
        cost_currency_code="USD",
        approval_status="approved",
        submitted_at=None,
        approved_at=datetime(2026, 6, 20, 12, tzinfo=UTC),
        approver_worker_id="W-0002",
        active_submission_id=None,
        recent_submission_id=None,
        notes="Design review",
    )
    return replace(plain, **changes)


def small_firm(**changes: Any) -> SandboxFirm:
    """Two workers, two clients, two projects, six entries; every kind of state once."""
    rate = {"changed_at": MADE, "created_at": MADE, "end_date": None, "kantata_rate_id": None}
    rate |= {"worker_id": "W-0001", "start_date": date(2026, 1, 1), "currency_code": "USD"}
    given: dict[str, Any] = {
        # kinds of records that no vendor under test shows
        **{kind.name: () for kind in fields(SandboxFirm) if kind.init},
        "entities": (
            LegalEntity(
                "US01",
                "Meridian US LLC",
                "US",
                "USD",
                "America/New_York",
                "harvest_us",
                "netsuite",
                "1",
                "US01",
            ),
        ),
        "workers": (
            worker(1),
            worker(
                2,
                worker_type="contractor",
                terminated_date=date(2026, 6, 30),
                changed_at=datetime(2026, 6, 30, 17, tzinfo=UTC),
            ),
            worker(3, harvest_user_id=None, harvest_email=None),
        ),
        "clients": (client(1), client(2, currency_code="EUR", is_active=False)),
        "projects": (
            project(1),
            project(2, client_id="C-02", billing_model="fixed_fee", fee_amount=Decimal(120000)),
            project(3, is_billable=False, billing_model="internal"),
        ),
        "tasks": (task("P-1", 1), task("P-2", 2)),
        "assignments": (
            assignment("W-0001", "P-1", 1),
            assignment("W-0002", "P-2", 2, is_active=False),
        ),
        "rate_cards": (
            RateCard(
                rate_card_id="R1",
                project_id="P-1",
                bill_rate=Decimal(185),
                harvest_rate_id=1,
                **rate,
            ),
        ),
        "cost_rates": (
            CostRate(cost_rate_id="K1", cost_rate=Decimal("62.5"), harvest_rate_id=2, **rate),
        ),
        "time_entries": (
            entry(1),
            entry(2, approval_status="submitted", approved_at=None),
            entry(3, approval_status="draft", approved_at=None),
            entry(4, is_billable=False, bill_rate=None, task_id=None),
            entry(5, worker_id="W-0002", project_id="P-2", task_id="P-2/build"),
            entry(6, project_id="P-2", task_id="P-2/build"),
            entry(7, source_system="kantata"),
        ),
    }
    identity = {
        "firm_id": "meridian",
        "name": "Meridian Consulting",
        "reporting_currency_code": "USD",
        "seed": 1,
        "size": "quick",
        "months": 1,
        "last_month": "2026-06",
        "period_id": "2026-06",
        "now": NOW,
    }
    return SandboxFirm(**{**given, **identity, **changes})
