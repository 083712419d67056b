"""What is landed of SAP S/4HANA Cloud: one table, the items of posted journal entries.

Facts: entity `A_OperationalAcctgDocItemCube` of API_OPLACCTGDOCITEMCUBE_SRV, names and lengths as
in SAP's own client library. How it is paged: `resources`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, boolean, date, decimal, text

JOURNAL_ITEMS = Table(
    name="journal_items",
    key=("CompanyCode", "FiscalYear", "AccountingDocument", "AccountingDocumentItem"),
    sweep=Sweep(),
    amount="AmountInCompanyCodeCurrency",
    columns=(
        Column("company_code", text(), path="CompanyCode"),
        Column("fiscal_year", text(), path="FiscalYear"),
        Column("accounting_document", text(), path="AccountingDocument"),
        Column("accounting_document_item", text(), path="AccountingDocumentItem"),
        Column("accounting_document_type", text(), path="AccountingDocumentType"),
        Column("posting_date", date(), path="PostingDate"),
        Column("document_date", date(), path="DocumentDate"),
        Column("fiscal_period", text(), path="FiscalPeriod"),
        Column("gl_account", text(), path="GLAccount"),
        Column("debit_credit_code", text(), path="DebitCreditCode"),
        Column("amount", decimal(18, 4), path="AmountInCompanyCodeCurrency"),
        Column("currency", text(), path="CompanyCodeCurrency"),
        Column("document_reference_id", text(), path="DocumentReferenceID"),
        Column("header_text", text(), path="AccountingDocumentHeaderText"),
        Column("item_text", text(), path="DocumentItemText"),
        Column("assignment_reference", text(), path="AssignmentReference"),
        Column("project", text(), path="Project"),
        Column("created_by_user", text(), path="AccountingDocCreatedByUser"),
        Column("creation_date", date(), path="AccountingDocumentCreationDate"),
        Column("last_change_date", date(), path="LastChangeDate"),
        Column("is_reversal", boolean(), path="IsReversal"),
        Column("is_reversed", boolean(), path="IsReversed"),
    ),
)

TABLES = (JOURNAL_ITEMS,)
