"""What is landed of Dynamics 365 F&O: six tables, typed, without versions of their own.

Facts: fields of release 10.0.47's OData types and of the Common Data Model's entities. Journal
lines of all kinds share one table; what says that a line is in the books stands in another record
and comes with it. How they are fetched and put together: `resources`, `records`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, boolean, date, decimal, text

COMPANY = (Column("company", text()), Column("legal_entity_id", text()))

JOURNAL_LINES = Table(
    name="journal_lines",
    sweep=Sweep("accounting_date"),
    amount="amount",
    columns=(
        *COMPANY,
        Column("record_type", text()),
        Column("journal", text()),
        Column("text", text()),
        Column("account_code", text()),
        Column("project_id", text()),
        Column("resource_id", text()),
        Column("work_date", date()),
        Column("accounting_date", date()),
        Column("is_posted", boolean()),
        Column("line_property", text()),
        Column("hours", decimal(18, 4)),
        Column("cost_price", decimal(18, 6)),
        Column("amount", decimal(18, 4)),
        Column("credit_amount", decimal(18, 4)),
        Column("accounting_currency", text()),
        Column("quantity", decimal(18, 4)),
        Column("sales_price", decimal(18, 6)),
        Column("sales_currency", text()),
    ),
)

BILLED_HOURS = Table(
    name="billed_hours",
    sweep=Sweep("accounting_date"),
    amount="revenue",
    columns=(
        *COMPANY,
        Column("line_id", text()),
        Column("accounting_date", date()),
        Column("hours", decimal(18, 4)),
        Column("revenue", decimal(18, 4)),
        Column("accounting_currency", text()),
    ),
)

ACCOUNTING_PERIODS = Table(
    name="accounting_periods",
    sweep=Sweep(),
    columns=(
        *COMPANY,
        Column("name", text()),
        Column("start_date", date()),
        Column("end_date", date()),
        Column("status", text()),
        Column("project_access", text()),
    ),
)

EXCHANGE_RATES = Table(
    name="exchange_rates",
    sweep=Sweep(),
    columns=(
        Column("from_currency", text()),
        Column("to_currency", text()),
        Column("start_date", date()),
        Column("rate", decimal(18, 8)),
        Column("conversion_factor", text()),
    ),
)

WORKERS = Table(
    name="workers",
    sweep=Sweep(),
    columns=(
        Column("name", text()),
        Column("email", text()),
        Column("worker_type", text()),
    ),
)

PROJECTS = Table(
    name="projects",
    sweep=Sweep(),
    columns=(
        *COMPANY,
        Column("name", text()),
        Column("customer", text()),
        Column("stage", text()),
        Column("start_date", date()),
        Column("end_date", date()),
    ),
)

TABLES = (JOURNAL_LINES, BILLED_HOURS, ACCOUNTING_PERIODS, EXCHANGE_RATES, WORKERS, PROJECTS)
