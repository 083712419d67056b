"""Reports, entries and users as SAP Concur v3 shows them.

Field names are those of the vendor's Swagger definitions (`ReportGet`, `EntryGet`, `User`) and of
its official sample answers. Not here: how values are written (`concur_values`), filters and paging
(`concur_lists`).

Assumptions beyond the vendor's documents:

* The site's entry form carries the project in the connected list `PROJECT_FIELD`; its item code is
  the project code.
* Whatever happens to a report re-stamps `LastModified` of its entries.
* `ProcessingPaymentDate` is the instant of the last approval; payment itself is not played, so an
  approved report stays "in process" and has no `PaidDate`.
* An expense the company paid has the payment type "Company Paid" and a card transaction id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tieout.sandbox.firm.model import (
    ExpenseEntryVersion,
    ExpenseReportVersion,
    FirmState,
    Worker,
)
from tieout.sandbox.vendors.concur_values import list_field, midnight, number, zoneless

API: Final = "/api/v3.0"
PROJECT_FIELD: Final = "Custom1"
POLICY_ID: Final = "gWmINGEAkQoamAzOARD9NEBtuv0ppnbJ4lQ"
FORM_ID: Final = "gWmFsmOQSmN0TEr$pOqLgRvyfZzkTkNGj3w"
ORG_UNITS: Final = tuple(f"OrgUnit{number}" for number in range(1, 7))
_PAYMENTS: Final = {"A_APPR": ("P_PROC", "Processing Payment")}
_NOT_PAID: Final = ("P_NOTP", "Not Paid")
_PAYMENT_TYPES: Final = {"CASH": "Cash", "CBCP": "Company Paid"}


@dataclass(frozen=True, slots=True)
class Row:
    """One record with the facts that filters and paging need."""

    record: dict[str, Any]
    owner: str
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None = None
    days: tuple[date, ...] = ()  # of a report: the days of its entries

    @property
    def id(self) -> str:
        """The vendor's id."""
        return str(self.record["ID"])

    @property
    def position(self) -> str:
        """Where the record stands in every list: by creation, then id."""
        return f"{self.created_at.isoformat()}|{self.id}"


def _login(worker: Worker | None) -> str | None:
    return worker.concur_login if worker else None


def _name(worker: Worker | None) -> str | None:
    return f"{worker.last_name}, {worker.first_name}" if worker else None


def report(
    row: ExpenseReportVersion, state: FirmState, root: str, days: tuple[date, ...] = ()
) -> Row:
    """One expense report (`ReportGet`); `days` are those of its entries."""
    owner = state.worker.get(row.worker_id)
    approver = state.worker.get(row.approver_worker_id or "")
    payment_code, payment_name = _PAYMENTS.get(row.approval_status_code, _NOT_PAID)
    record: dict[str, Any] = {
        "Name": row.name,
        "Total": number(row.total),
        "CurrencyCode": row.currency_code,
        "Country": row.country_code,
        "CountrySubdivision": None,
        "CreateDate": zoneless(row.created_at),
        "SubmitDate": zoneless(row.submitted_at),
        "ProcessingPaymentDate": zoneless(row.approved_at),
        "PaidDate": None,
        "ReceiptsReceived": row.approval_status_code == "A_APPR",
        "UserDefinedDate": midnight(row.created_at.date()),
        "LastComment": "",
        "OwnerLoginID": _login(owner),
        "OwnerName": _name(owner),
        "ApproverLoginID": _login(approver),
        "ApproverName": _name(approver),
        "ApprovalStatusName": row.approval_status_name,
        "ApprovalStatusCode": row.approval_status_code,
        "PaymentStatusName": payment_name,
        "PaymentStatusCode": payment_code,
        "LastModifiedDate": zoneless(row.changed_at),
        "PersonalAmount": number(row.personal_amount),
        "AmountDueEmployee": number(row.amount_due_employee),
        "AmountDueCompanyCard": number(row.amount_due_company_card),
        "TotalClaimedAmount": number(row.total - row.personal_amount),
        "TotalApprovedAmount": number(row.amount_due_employee + row.amount_due_company_card),
        "LedgerName": "DEFAULT",
        "PolicyID": POLICY_ID,
        "EverSentBack": row.ever_sent_back,
        "HasException": False,
        "WorkflowActionUrl": "",
        **dict.fromkeys(ORG_UNITS),
        **dict.fromkeys(f"Custom{number}" for number in range(1, 21)),
        "ID": row.report_id,
        "URI": f"{root}{API}/expense/reports/{row.report_id}",
    }
    return Row(
        record,
        _login(owner) or "",
        row.created_at,
        row.changed_at,
        row.submitted_at,
        days,
    )


def entry(row: ExpenseEntryVersion, state: FirmState, root: str) -> Row:
    """One expense entry (`EntryGet`)."""
    owner = _login(state.worker.get(row.worker_id))
    project = state.project.get(row.project_id or "")
    record: dict[str, Any] = {
        "ReportID": row.report_id,
        "ReportOwnerID": owner,
        "ExpenseTypeCode": row.expense_type_code,
        "ExpenseTypeName": row.expense_type_name,
        "SpendCategoryCode": None,
        "SpendCategoryName": None,
        "PaymentTypeID": f"gWuT{row.payment_type_code}",
        "PaymentTypeName": _PAYMENT_TYPES.get(row.payment_type_code, row.payment_type_code),
        "TransactionDate": midnight(row.transaction_date),
        "TransactionCurrencyCode": row.transaction_currency_code,
        "TransactionAmount": number(row.transaction_amount),
        "ExchangeRate": number(row.exchange_rate),
        "PostedAmount": number(row.posted_amount),
        "ApprovedAmount": number(row.approved_amount),
        "VendorDescription": row.vendor,
        "VendorListItemID": None,
        "VendorListItemName": None,
        "Description": row.description,
        "LocationID": None,
        "LocationName": row.city,
        "LocationSubdivision": None,
        "LocationCountry": None,
        "IsPersonal": row.is_personal,
        "IsBillable": row.is_billable,
        "IsPersonalCardCharge": False,
        "HasImage": True,
        "IsImageRequired": False,
        "ReceiptReceived": row.approval_status == "approved",
        "TaxReceiptType": "R",
        "ElectronicReceiptID": None,
        "CompanyCardTransactionID": f"gWc{row.entry_id_concur}" if row.is_company_paid else None,
        "TripID": None,
        "HasItemizations": False,
        "AllocationType": "N",
        "HasAttendees": False,
        "HasVAT": False,
        "HasAppliedCashAdvance": False,
        "HasComments": False,
        "HasExceptions": False,
        "IsPaidByExpensePay": None,
        "EmployeeBankAccountID": None,
        "Journey": None,
        "LastModified": zoneless(row.changed_at),
        "FormID": FORM_ID,
        **dict.fromkeys(ORG_UNITS),
        **dict.fromkeys(f"Custom{number}" for number in range(1, 41)),
        "ID": row.entry_id_concur,
        "URI": f"{root}{API}/expense/entries/{row.entry_id_concur}",
    }
    if project is not None:
        record[PROJECT_FIELD] = list_field(project.project_id, project.name)
    return Row(record, owner or "", row.created_at, row.changed_at)


def user(row: Worker, state: FirmState, root: str) -> Row:
    """One user of the site (`User`)."""
    today = state.clock.date()
    record: dict[str, Any] = {
        "ID": f"gWq{row.worker_id}",
        "URI": f"{root}{API}/common/users/gWq{row.worker_id}",
        "EmployeeID": row.worker_id,
        "LoginID": row.concur_login,
        "FirstName": row.first_name,
        "MiddleName": None,
        "LastName": row.last_name,
        "PrimaryEmail": row.email,
        "Active": row.terminated_date is None or row.terminated_date >= today,
        "CellPhoneNumber": None,
        "OrganizationUnit": row.legal_entity_id,
    }
    return Row(record, row.concur_login or "", row.created_at, row.changed_at)
