"""What is landed of Oracle Fusion: six tables, typed.

Names are those of the REST services in lower case with underscores. `legal_entity_id` is set while
reading, from the options that name business units, ledgers and employers. How the records are
asked for and taken apart: `resources`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, boolean, date, decimal, text, timestamp

_AMOUNT = decimal(18, 4)
CHANGED = "last_update_date"
ENTITY = Column("legal_entity_id", text())

PROJECT_COSTS = Table(
    name="project_costs",
    version=CHANGED,
    sweep=Sweep(date_column="accounting_date"),
    amount="raw_cost",
    columns=(
        ENTITY,
        Column("transaction_source", text()),
        Column("reference", text()),
        Column("posting_key", text()),
        Column("work_date", date()),
        Column("accounting_date", date()),
        Column("person_number", text()),
        Column("project_number", text()),
        Column("quantity", _AMOUNT),
        Column("unit_code", text()),
        Column("is_billable", boolean()),
        Column("raw_cost", _AMOUNT),
        Column("ledger_currency_code", text()),
        Column("bill_amount", text()),
        Column("bill_currency_code", text()),
        Column("line_text", text()),
        Column("created_by", text()),
        Column(CHANGED, timestamp()),
    ),
)

JOURNAL_LINES = Table(
    name="journal_lines",
    version=CHANGED,
    sweep=Sweep(date_column="accounting_date"),
    amount="debit",
    columns=(
        ENTITY,
        Column("header_id", text()),
        Column("line_number", text()),
        Column("status", text()),
        Column("journal_source", text()),
        Column("currency_code", text()),
        Column("accounting_date", date()),
        Column("account_code", text()),
        Column("debit", _AMOUNT),
        Column("credit", _AMOUNT),
        Column("line_text", text()),
        Column("reference_1", text()),
        Column("reference_2", text()),
        Column("reference_3", text()),
        Column("reference_4", text()),
        Column("reference_5", text()),
        Column("created_by", text()),
        Column(CHANGED, timestamp()),
    ),
)

ACCOUNTING_PERIODS = Table(
    name="accounting_periods",
    sweep=Sweep(),
    columns=(
        ENTITY,
        Column("application_id", text()),
        Column("period_name", text()),
        Column("start_date", date()),
        Column("end_date", date()),
        Column("closing_status", text()),
    ),
)

CURRENCY_RATES = Table(
    name="currency_rates",
    sweep=Sweep(),
    columns=(
        Column("from_currency", text()),
        Column("to_currency", text()),
        Column("conversion_date", date()),
        Column("conversion_type", text()),
        Column("conversion_rate", decimal(18, 10)),
    ),
)

PROJECTS = Table(
    name="projects",
    version=CHANGED,
    sweep=Sweep(),
    columns=(
        ENTITY,
        Column("project_number", text()),
        Column("project_name", text()),
        Column("project_status", text()),
        Column("currency_code", text()),
        Column("start_date", date()),
        Column("end_date", date()),
        Column(CHANGED, timestamp()),
    ),
)

PERSONS = Table(
    name="persons",
    version=CHANGED,
    sweep=Sweep(),
    columns=(
        ENTITY,
        Column("person_number", text()),
        Column("display_name", text()),
        Column("work_email", text()),
        Column("hire_date", date()),
        Column("termination_date", date()),
        Column(CHANGED, timestamp()),
    ),
)

TABLES = (
    ACCOUNTING_PERIODS,
    CURRENCY_RATES,
    PROJECTS,
    PERSONS,
    PROJECT_COSTS,
    JOURNAL_LINES,
)
