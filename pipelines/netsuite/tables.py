"""What is landed of NetSuite: eleven tables, typed.

Facts: record REST v1 field names as SuiteQL shows them, in lower case. SuiteQL answers every value
as text and leaves nulls out, so a column that may be null everywhere is optional here; that a field
exists at all is checked by the service, which refuses an unknown one (`resources`). Booleans stay
``T`` and ``F`` until staging. How the rows are asked for: `queries`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, date, decimal, text, timestamp

_AMOUNT = decimal(18, 4)
_RATE = decimal(18, 6)

TIME_BILLS = Table(
    name="time_bills",
    version="lastmodifieddate",
    sweep=Sweep(date_column="trandate"),
    amount="custcol_tieout_cost",
    columns=(
        Column("externalid", text(), optional=True),
        Column("employee", text(), optional=True),
        Column("customer", text(), optional=True),
        Column("trandate", date()),
        Column("hours", _AMOUNT),
        Column("isbillable", text()),
        Column("rate", _RATE, optional=True),
        Column("laborcost", _RATE, optional=True),
        Column("memo", text(), optional=True),
        Column("approvalstatus", text()),
        Column("posted", text()),
        Column("subsidiary_id", text(), optional=True),
        Column("subsidiary_external_id", text(), optional=True),
        Column("functional_currency_code", text(), optional=True),
        Column("custcol_tieout_cost", _AMOUNT, optional=True),
        Column("custcol_tieout_bill", _AMOUNT, optional=True),
        Column("custcol_tieout_currency", text(), optional=True),
        Column("custcol_tieout_work_date", date(), optional=True),
        Column("createdby", text(), optional=True),
        Column("createddate", timestamp()),
        Column("lastmodifieddate", timestamp()),
    ),
)

JOURNAL_LINES = Table(
    name="journal_lines",
    key=("document", "line"),
    version="lastmodifieddate",
    sweep=Sweep(date_column="trandate"),
    amount="amount",
    columns=(
        Column("document", text()),
        Column("line", text()),
        Column("externalid", text(), optional=True),
        Column("tranid", text(), optional=True),
        Column("trandate", date()),
        Column("accounting_period_start", date(), optional=True),
        Column("approvalstatus", text(), optional=True),
        Column("posting", text()),
        Column("voided", text(), optional=True),
        Column("acctnumber", text(), optional=True),
        Column("amount", _AMOUNT, optional=True),
        Column("memo", text(), optional=True),
        Column("entity", text(), optional=True),
        Column("subsidiary_id", text(), optional=True),
        Column("subsidiary_external_id", text(), optional=True),
        Column("functional_currency_code", text(), optional=True),
        Column("custcol_tieout_employee", text(), optional=True),
        Column("custcol_tieout_bill", _AMOUNT, optional=True),
        Column("custcol_tieout_currency", text(), optional=True),
        Column("custcol_tieout_work_date", date(), optional=True),
        Column("createdby", text(), optional=True),
        Column("createddate", timestamp()),
        Column("lastmodifieddate", timestamp()),
    ),
)

CHARGES = Table(
    name="charges",
    version="lastmodifieddate",
    sweep=Sweep(date_column="invoice_date"),
    amount="amount",
    columns=(
        Column("timerecord", text(), optional=True),
        Column("journal", text(), optional=True),
        Column("journal_line", text(), optional=True),
        Column("stage", text(), optional=True),
        Column("quantity", _AMOUNT, optional=True),
        Column("amount", _AMOUNT, optional=True),
        Column("currency_code", text(), optional=True),
        Column("invoice", text(), optional=True),
        Column("invoice_number", text(), optional=True),
        Column("invoice_date", date(), optional=True),
        Column("invoice_posting", text(), optional=True),
        Column("invoice_voided", text(), optional=True),
        Column("lastmodifieddate", timestamp()),
    ),
)

CREDIT_LINES = Table(
    name="credit_lines",
    key=("document", "line", "charge"),
    version="lastmodifieddate",
    sweep=Sweep(date_column="credit_date"),
    amount="amount",
    columns=(
        Column("document", text()),
        Column("line", text()),
        Column("charge", text()),
        Column("timerecord", text(), optional=True),
        Column("journal", text(), optional=True),
        Column("journal_line", text(), optional=True),
        Column("credit_number", text(), optional=True),
        Column("credit_date", date()),
        Column("credit_posting", text()),
        Column("credit_voided", text(), optional=True),
        Column("quantity", _AMOUNT, optional=True),
        Column("amount", _AMOUNT, optional=True),
        Column("currency_code", text(), optional=True),
        Column("lastmodifieddate", timestamp()),
    ),
)

ACCOUNTING_PERIODS = Table(
    name="accounting_periods",
    key=("id", "subsidiary_id"),
    sweep=Sweep(),
    columns=(
        Column("subsidiary_id", text()),
        Column("subsidiary_external_id", text(), optional=True),
        Column("periodname", text()),
        Column("startdate", date()),
        Column("enddate", date()),
        Column("closed", text()),
        Column("alllocked", text()),
    ),
)

CURRENCY_RATES = Table(
    name="currency_rates",
    sweep=Sweep(),
    columns=(
        Column("from_currency_code", text()),
        Column("to_currency_code", text()),
        Column("effectivedate", date()),
        Column("exchangerate", decimal(18, 10)),
    ),
)

EMPLOYEES = Table(
    name="employees",
    version="lastmodifieddate",
    sweep=Sweep(),
    columns=(
        Column("entityid", text()),
        Column("firstname", text(), optional=True),
        Column("lastname", text(), optional=True),
        Column("email", text(), optional=True),
        Column("title", text(), optional=True),
        Column("hiredate", date(), optional=True),
        Column("releasedate", date(), optional=True),
        Column("employeetype", text(), optional=True),
        Column("subsidiary_id", text(), optional=True),
        Column("subsidiary_external_id", text(), optional=True),
        Column("isinactive", text()),
        Column("lastmodifieddate", timestamp()),
    ),
)

CUSTOMERS = Table(
    name="customers",
    version="lastmodifieddate",
    sweep=Sweep(),
    columns=(
        Column("entityid", text()),
        Column("companyname", text(), optional=True),
        Column("currency_code", text(), optional=True),
        Column("isinactive", text()),
        Column("lastmodifieddate", timestamp()),
    ),
)

JOBS = Table(
    name="jobs",
    version="lastmodifieddate",
    sweep=Sweep(),
    columns=(
        Column("entityid", text()),
        Column("companyname", text(), optional=True),
        Column("customer", text(), optional=True),
        Column("currency_code", text(), optional=True),
        Column("subsidiary_id", text(), optional=True),
        Column("subsidiary_external_id", text(), optional=True),
        Column("startdate", date(), optional=True),
        Column("projectedenddate", date(), optional=True),
        Column("isinactive", text()),
        Column("lastmodifieddate", timestamp()),
    ),
)

SUBSIDIARIES = Table(
    name="subsidiaries",
    sweep=Sweep(),
    columns=(
        Column("name", text()),
        Column("externalid", text(), optional=True),
        Column("country", text(), optional=True),
        Column("currency_code", text(), optional=True),
        Column("isinactive", text()),
    ),
)

ACCOUNTS = Table(
    name="accounts",
    sweep=Sweep(),
    columns=(
        Column("acctnumber", text(), optional=True),
        Column("fullname", text(), optional=True),
        Column("accttype", text(), optional=True),
        Column("isinactive", text()),
    ),
)

TABLES = (
    SUBSIDIARIES,
    ACCOUNTS,
    EMPLOYEES,
    CUSTOMERS,
    JOBS,
    ACCOUNTING_PERIODS,
    CURRENCY_RATES,
    TIME_BILLS,
    JOURNAL_LINES,
    CHARGES,
    CREDIT_LINES,
)
"""In landing order: what facts refer to comes first."""
