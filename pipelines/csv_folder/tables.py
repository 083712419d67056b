"""What is landed of a csv_folder: its five files, typed.

Files carry no change time, so a row is identified by its own key and every change of its content
becomes a version (observed versioning); rows that are gone become tombstones. `problem` is always
empty in what lands: rows with one are set aside; it is read first, so that it names the reason.
When a fact became known is the file's own `known_on`, which the staging models read.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, boolean, date, decimal, integer, text

_PROBLEM = Column("problem", text())

ENTRIES = Table(
    name="entries",
    key="entry_id",
    sweep=Sweep(),
    columns=(
        _PROBLEM,
        Column("entry_id", text()),
        Column("legal_entity", text()),
        Column("functional_currency", text()),
        Column("worker_id", text()),
        Column("project_id", text()),
        Column("work_date", date()),
        Column("bill_rate_usd", decimal(18, 6)),
        Column("cost_rate_functional", decimal(18, 6)),
    ),
)

ENTRY_VERSIONS = Table(
    name="entry_versions",
    key=("entry_id", "version"),
    sweep=Sweep(),
    columns=(
        _PROBLEM,
        Column("entry_id", text()),
        Column("entry_version", integer(), path="version"),
        Column("known_on", date()),
        Column("state", text()),
        Column("hours", decimal(18, 4)),
        Column("project_id", text()),
        Column("is_billable", boolean()),
    ),
)

ERP_LINES = Table(
    name="erp_lines",
    key=("external_id", "occurrence"),
    sweep=Sweep(),
    columns=(
        _PROBLEM,
        Column("external_id", text()),
        Column("occurrence", integer()),
        Column("entry_id", text()),
        Column("project_id", text()),
        Column("hours", decimal(18, 4)),
        Column("known_on", date()),
        Column("accounting_period", text()),
        Column("legal_entity", text()),
        Column("bill_rate_usd", decimal(18, 6)),
        Column("cost_rate_functional", decimal(18, 6)),
    ),
)

BILLED = Table(
    name="billed",
    key=("entry_id", "invoice_id"),
    sweep=Sweep(),
    columns=(
        _PROBLEM,
        Column("entry_id", text()),
        Column("invoice_id", text()),
        Column("known_on", date()),
    ),
)

FX_RATES = Table(
    name="fx_rates",
    key=("from_currency", "to_currency"),
    sweep=Sweep(),
    columns=(
        _PROBLEM,
        Column("from_currency", text()),
        Column("to_currency", text()),
        Column("rate", decimal(18, 10)),
    ),
)

TABLES = (ENTRIES, ENTRY_VERSIONS, ERP_LINES, BILLED, FX_RATES)
