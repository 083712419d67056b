"""Accounting periods and exchange rates.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.
A period is told of every legal entity where it names none, and of the whole ledger where it names
no subledger.
"""

from __future__ import annotations

from pipelines.csv_tables.shape import (
    Shape,
    choice_column,
    currency_column,
    day_column,
    fx_column,
    text_column,
)

SHAPES: tuple[Shape, ...] = (
    Shape(
        "accounting_periods",
        key="period_id",
        columns=(
            text_column("legal_entity_id"),
            text_column("accounting_period_id").required,
            choice_column("subledger", "time", "expense"),
            day_column("start_date").required,
            day_column("end_date").required,
            choice_column("period_status", "open", "soft_closed", "closed", "reopened"),
        ),
    ),
    Shape(
        "fx_rates",
        key="rate_id",
        columns=(
            currency_column("from_currency_code").required,
            currency_column("to_currency_code").required,
            day_column("rate_date").required,
            fx_column("fx_rate").required,
            choice_column("rate_type", "spot", "average", "closing"),
        ),
    ),
)
