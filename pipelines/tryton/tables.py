"""What is landed of Tryton: six tables, typed.

Facts: Tryton 8.2. Every record carries `changed_at`, the newest of its own and its parts'
`write_date` and `create_date` (UTC), which orders its versions. A move and its lines come from one
answer and share that version, so they always fit together. How they are fetched: `resources`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, date, decimal, text, timestamp

CHANGED = Column("changed_at", timestamp())
COMPANY = Column("company__party__code", text())

ACCOUNT_MOVES = Table(
    name="account_moves",
    version="changed_at",
    sweep=Sweep("date"),
    columns=(
        Column("number", text()),
        Column("state", text()),
        Column("date", date()),
        Column("post_date", date()),
        Column("description", text()),
        Column("journal__code", text()),
        Column("period__id", text()),
        Column("period__start_date", date()),
        COMPANY,
        Column("company__currency__code", text()),
        Column("create_uid__login", text()),
        Column("create_date", timestamp()),
        Column("write_date", timestamp()),
        CHANGED,
    ),
)

ACCOUNT_MOVE_LINES = Table(
    name="account_move_lines",
    version="changed_at",
    amount="debit",
    columns=(
        Column("move__id", text()),
        Column("account__code", text()),
        Column("debit", decimal(18, 4)),
        Column("credit", decimal(18, 4)),
        Column("second_currency__code", text()),
        Column("amount_second_currency", decimal(18, 4)),
        Column("description", text()),
        Column("state", text()),
        CHANGED,
    ),
)

ACCOUNTING_PERIODS = Table(
    name="accounting_periods",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("name", text()),
        Column("start_date", date()),
        Column("end_date", date()),
        Column("state", text()),
        Column("type", text()),
        COMPANY,
        CHANGED,
    ),
)

CURRENCY_RATES = Table(
    name="currency_rates",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("currency__code", text()),
        Column("date", date()),
        Column("rate", decimal(18, 10)),
        CHANGED,
    ),
)

PROJECT_WORKS = Table(
    name="project_works",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("name", text()),
        Column("type", text()),
        COMPANY,
        Column("party__code", text()),
        Column("status__name", text()),
        Column("status__progress", decimal(9, 4)),
        Column("timesheet_start_date", date()),
        Column("timesheet_end_date", date()),
        CHANGED,
    ),
)

EMPLOYEES = Table(
    name="employees",
    version="changed_at",
    sweep=Sweep(),
    columns=(
        Column("party__code", text()),
        Column("party__name", text()),
        Column("party__email", text()),
        Column("start_date", date()),
        Column("end_date", date()),
        COMPANY,
        CHANGED,
    ),
)

TABLES = (
    ACCOUNTING_PERIODS,
    CURRENCY_RATES,
    PROJECT_WORKS,
    EMPLOYEES,
    ACCOUNT_MOVES,
    ACCOUNT_MOVE_LINES,
)
