"""What is landed of SAP Concur v3: users, expense reports, expense entries, typed.

Facts: the vendor's Swagger files (Reports, Entries, Users v3.0) and official samples. Instants
carry no zone and are UTC. Columns below `report` and `project`, and `version_at`, are put together
from the answers by `answers`; how they are fetched: `resources`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, boolean, date, decimal, text, timestamp

USERS = Table(
    name="users",
    key="LoginID",
    sweep=Sweep(),
    columns=(
        Column("employee_id", text(), path="EmployeeID"),
        Column("first_name", text(), path="FirstName"),
        Column("last_name", text(), path="LastName"),
        Column("primary_email", text(), path="PrimaryEmail"),
        Column("active", boolean(), path="Active"),
        Column("organization_unit", text(), path="OrganizationUnit", optional=True),
    ),
)
"""People by login, which is how reports and entries name their owner. The vendor serves no
timestamps for them, so every observed change is a version."""

EXPENSE_REPORTS = Table(
    name="expense_reports",
    key="ID",
    version="last_modified_date",
    sweep=Sweep(date_column="created_on"),
    amount="Total",
    columns=(
        Column("name", text(), path="Name"),
        Column("owner_login_id", text(), path="OwnerLoginID"),
        Column("approver_login_id", text(), path="ApproverLoginID"),
        Column("approval_status_code", text(), path="ApprovalStatusCode"),
        Column("payment_status_code", text(), path="PaymentStatusCode"),
        Column("ever_sent_back", boolean(), path="EverSentBack"),
        Column("last_comment", text(), path="LastComment"),
        Column("currency_code", text(), path="CurrencyCode"),
        Column("country", text(), path="Country"),
        Column("ledger_name", text(), path="LedgerName"),
        Column("total", decimal(18, 4), path="Total"),
        Column("total_approved_amount", decimal(18, 4), path="TotalApprovedAmount"),
        Column("personal_amount", decimal(18, 4), path="PersonalAmount"),
        Column("amount_due_employee", decimal(18, 4), path="AmountDueEmployee"),
        Column("amount_due_company_card", decimal(18, 4), path="AmountDueCompanyCard"),
        Column("created_on", date(), path="CreateDate"),
        Column("create_date", timestamp(), path="CreateDate"),
        Column("submit_date", timestamp(), path="SubmitDate"),
        Column("processing_payment_date", timestamp(), path="ProcessingPaymentDate"),
        Column("paid_date", timestamp(), path="PaidDate"),
        Column("last_modified_date", timestamp(), path="LastModifiedDate"),
    ),
)

EXPENSE_ENTRIES = Table(
    name="expense_entries",
    key="ID",
    version="version_at",
    sweep=Sweep(date_column="transaction_date"),
    amount="PostedAmount",
    columns=(
        Column("report_id", text(), path="ReportID"),
        Column("report_owner_id", text(), path="ReportOwnerID"),
        Column("expense_type_code", text(), path="ExpenseTypeCode"),
        Column("expense_type_name", text(), path="ExpenseTypeName"),
        Column("payment_type_name", text(), path="PaymentTypeName"),
        Column("company_card_transaction_id", text(), path="CompanyCardTransactionID"),
        Column("transaction_date", date(), path="TransactionDate"),
        Column("transaction_amount", decimal(18, 4), path="TransactionAmount"),
        Column("transaction_currency_code", text(), path="TransactionCurrencyCode"),
        # the vendor computes it in binary floating point: as many digits as it may send
        Column("exchange_rate", decimal(38, 18), path="ExchangeRate"),
        Column("posted_amount", decimal(18, 4), path="PostedAmount"),
        Column("approved_amount", decimal(18, 4), path="ApprovedAmount"),
        Column("is_billable", boolean(), path="IsBillable"),
        Column("is_personal", boolean(), path="IsPersonal"),
        Column("location_country", text(), path="LocationCountry", optional=True),
        Column("has_image", boolean(), path="HasImage", optional=True),
        Column("has_vat", boolean(), path="HasVAT", optional=True),
        Column("tax_receipt_type", text(), path="TaxReceiptType", optional=True),
        Column("vendor_description", text(), path="VendorDescription"),
        Column("description", text(), path="Description"),
        Column("last_modified", timestamp(), path="LastModified"),
        Column("project__code", text()),
        Column("project__name", text()),
        Column("report__approval_status_code", text(), path="report.ApprovalStatusCode"),
        Column("report__approver_login_id", text(), path="report.ApproverLoginID"),
        Column("report__currency_code", text(), path="report.CurrencyCode"),
        Column("report__create_date", timestamp(), path="report.CreateDate"),
        Column("report__submit_date", timestamp(), path="report.SubmitDate"),
        Column("report__processing_payment_date", timestamp(), path="report.ProcessingPaymentDate"),
        Column("version_at", timestamp()),
    ),
)

TABLES = (USERS, EXPENSE_REPORTS, EXPENSE_ENTRIES)
"""In landing order: what entries refer to comes first."""
