"""A firm small enough to know every row of, for Concur."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tieout.sandbox.firm.model import (
    ExpenseEntryVersion,
    ExpenseReportVersion,
    Project,
    SandboxFirm,
    Worker,
)

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)
APPROVED = datetime(2026, 6, 22, 9, 30, 15, tzinfo=UTC)
SUBMITTED = datetime(2026, 6, 19, 17, tzinfo=UTC)
NAMES = {
    "A_NOTF": "Not Submitted", "A_PEND": "Pending Approval", "A_APPR": "Approved",
    "A_RESU": "Sent Back to Employee",
}  # fmt: skip


def worker(number: int, **changes: Any) -> Worker:
    plain = Worker(
        worker_id=f"W-{number:04d}",
        changed_at=MADE,
        created_at=MADE,
        first_name="Ravi",
        last_name=f"Iyer {number}",
        email=f"ravi.{number}@meridian.example",
        worker_type="employee",
        legal_entity_id="IN01",
        job_title="Consultant",
        department="Delivery",
        hired_date=date(2024, 1, 8),
        terminated_date=None,
        cost_rate=Decimal("2100.00"),
        default_bill_rate=Decimal("95.00"),
        manager_worker_id=None,
        bamboohr_id=str(100 + number),
        harvest_user_id=None,
        harvest_email=None,
        kantata_user_id=None,
        concur_login=f"ravi.{number}@meridian.example",
        netsuite_employee_id=str(number),
        is_in_tryton=False,
    )
    return replace(plain, **changes)


def project(number: int) -> Project:
    return Project(
        project_id=f"P-{1000 + number}",
        changed_at=MADE,
        created_at=MADE,
        name=f"Project {number}",
        client_id="C-01",
        legal_entity_id="IN01",
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
        harvest_project_id=None,
        netsuite_job_id=str(number),
        is_active_netsuite=True,
        is_in_tryton=False,
        is_active_tryton=False,
    )


def report(number: int, status: str = "A_APPR", **changes: Any) -> ExpenseReportVersion:
    approved = status == "A_APPR"
    plain = ExpenseReportVersion(
        report_id=f"{number:020X}",
        changed_at=APPROVED if approved else SUBMITTED,
        created_at=datetime(2026, 6, 18, 8, tzinfo=UTC) + timedelta(minutes=number),
        name=f"Travel {number}",
        worker_id="W-0001",
        legal_entity_id="IN01",
        currency_code="INR",
        country_code="IN",
        approval_status_code=status,
        approval_status_name=NAMES[status],
        submitted_at=None if status == "A_NOTF" else SUBMITTED,
        approved_at=APPROVED if approved else None,
        approver_worker_id="W-0002" if approved else None,
        ever_sent_back=status == "A_RESU",
        total=Decimal("12500.00"),
        personal_amount=Decimal(0),
        amount_due_employee=Decimal("12500.00"),
        amount_due_company_card=Decimal(0),
    )
    return replace(plain, **changes)


def item(
    number: int, report_number: int = 1, status: str = "approved", **changes: Any
) -> ExpenseEntryVersion:
    plain = ExpenseEntryVersion(
        entry_id_concur=f"gWid{number:010d}",
        report_id=f"{report_number:020X}",
        changed_at=APPROVED if status == "approved" else SUBMITTED,
        created_at=datetime(2026, 6, 18, 9, tzinfo=UTC) + timedelta(minutes=number),
        worker_id="W-0001",
        project_id="P-1001",
        expense_type_code="TAXIX",
        expense_type_name="Taxi",
        vendor="City Cabs",
        city="Pune",
        transaction_date=date(2026, 6, 10),
        transaction_amount=Decimal("150.25"),
        transaction_currency_code="USD",
        exchange_rate=Decimal("83.2"),
        posted_amount=Decimal("12500.80"),
        approved_amount=Decimal("12000.00"),
        reimbursement_currency_code="INR",
        is_billable=True,
        is_personal=False,
        is_company_paid=False,
        payment_type_code="CASH",
        approval_status=status,
        approved_at=APPROVED if status == "approved" else None,
        description="Airport",
    )
    return replace(plain, **changes)


def small_firm(**changes: Any) -> SandboxFirm:
    """Three people, five reports in every state, eight entries."""
    nothing: Any = ()
    kinds = (
        "currencies entities accounts account_mappings clients tasks assignments rate_cards"
        " cost_rates milestones time_entries submissions approval_events periods fx_rates"
        " erp_lines invoices charges"
    )
    given: dict[str, Any] = {
        **dict.fromkeys(kinds.split(), nothing),
        "workers": (
            worker(1),
            worker(2, terminated_date=date(2026, 6, 30)),
            worker(3, concur_login=None),
        ),
        "projects": (project(1), project(2)),
        "expense_reports": (
            report(1),
            report(2, "A_PEND"),
            report(3, "A_NOTF"),
            report(4, "A_RESU"),
            report(5, worker_id="W-0002", created_at=datetime(2026, 5, 4, tzinfo=UTC)),
        ),
        "expense_entries": (
            item(1),
            item(2, project_id="P-1002", is_billable=False, description=""),
            item(3, is_personal=True, project_id=None),
            item(4, is_company_paid=True, payment_type_code="CBCP"),
            item(5, 2, "submitted"),
            item(6, 3, "draft"),
            item(7, 4, "rejected"),
            item(8, 5, worker_id="W-0002", transaction_date=date(2026, 5, 2)),
        ),
    }
    return SandboxFirm(
        firm_id="meridian", name="Meridian Consulting", reporting_currency_code="USD", seed=1,
        size="quick", months=1, last_month="2026-06", period_id="2026-06", now=NOW, later=NOW,
        **{**given, **changes},
    )  # fmt: skip
