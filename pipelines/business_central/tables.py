"""What is landed of Business Central: six tables, typed.

Facts: API v2.0. Every record carries `lastModifiedDateTime`, which orders its versions. The
extractor adds the company to every record: its legal entity (of firm.yml) and its own currency. How
they are fetched: `resources`.
"""

from __future__ import annotations

from pipelines.contracts import (
    Column,
    Sweep,
    Table,
    boolean,
    date,
    decimal,
    integer,
    text,
    timestamp,
)

CHANGED = Column("changed_at", timestamp(), "lastModifiedDateTime")
COMPANY = (
    Column("company__legal_entity", text()),
    Column("company__currency_code", text()),
)

GENERAL_LEDGER_ENTRIES = Table(
    name="general_ledger_entries",
    version="changed_at",
    amount="debitAmount",
    columns=(
        Column("entry_number", integer(), "entryNumber"),
        Column("posting_date", date(), "postingDate"),
        Column("document_number", text(), "documentNumber"),
        Column("document_type", text(), "documentType"),
        Column("account_number", text(), "accountNumber"),
        Column("description", text()),
        Column("debit_amount", decimal(18, 4), "debitAmount"),
        Column("credit_amount", decimal(18, 4), "creditAmount"),
        *COMPANY,
        CHANGED,
    ),
)
"""A posted entry is never changed and never deleted, so nothing is swept."""

GENERAL_LEDGER_SETUP = Table(
    name="general_ledger_setup",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("allow_posting_from", date(), "allowPostingFrom"),
        Column("allow_posting_to", date(), "allowPostingTo"),
        Column("local_currency_code", text(), "localCurrencyCode"),
        *COMPANY,
        CHANGED,
    ),
)

ACCOUNTING_PERIODS = Table(
    name="accounting_periods",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("starting_date", date(), "startingDate"),
        Column("name", text()),
        Column("new_fiscal_year", boolean(), "newFiscalYear"),
        Column("closed", boolean()),
        Column("date_locked", boolean(), "dateLocked"),
        *COMPANY,
        CHANGED,
    ),
)

CURRENCY_EXCHANGE_RATES = Table(
    name="currency_exchange_rates",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("currency_code", text(), "currencyCode"),
        Column("starting_date", date(), "startingDate"),
        Column("exchange_rate_amount", decimal(18, 10), "exchangeRateAmount"),
        Column("relational_currency_code", text(), "relationalCurrencyCode"),
        Column("relational_exchange_rate_amount", decimal(18, 10), "relationalExchangeRateAmount"),
        *COMPANY,
        CHANGED,
    ),
)

EMPLOYEES = Table(
    name="employees",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("number", text()),
        Column("display_name", text(), "displayName"),
        Column("email", text()),
        Column("job_title", text(), "jobTitle"),
        Column("employment_date", date(), "employmentDate"),
        Column("termination_date", date(), "terminationDate"),
        Column("status", text()),
        *COMPANY,
        CHANGED,
    ),
)

PROJECTS = Table(
    name="projects",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("number", text()),
        Column("display_name", text(), "displayName"),
        *COMPANY,
        CHANGED,
    ),
)

TABLES = (
    ACCOUNTING_PERIODS,
    CURRENCY_EXCHANGE_RATES,
    PROJECTS,
    EMPLOYEES,
    GENERAL_LEDGER_SETUP,
    GENERAL_LEDGER_ENTRIES,
)
