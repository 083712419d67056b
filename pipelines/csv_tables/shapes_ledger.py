"""The ERP's lines, and what says which entries a line stands for.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.
An entry id is that of the same system; `system:id` names an entry of another one.
"""

from __future__ import annotations

from pipelines.csv_tables.shape import (
    Shape,
    amount_column,
    currency_column,
    day_column,
    flag_column,
    fx_column,
    hours_column,
    instant_column,
    integer_column,
    text_column,
)

_MEASURES = (
    hours_column("hours"),
    amount_column("cost_amount_functional"),
    amount_column("bill_amount_contract"),
)

SHAPES: tuple[Shape, ...] = (
    Shape(
        "erp_lines",
        key="erp_line_id",
        columns=(
            text_column("external_id"),
            text_column("memo"),
            text_column("legal_entity_id").required,
            text_column("worker_id"),
            text_column("project_id"),
            day_column("work_date"),
            day_column("accounting_date").required,
            text_column("accounting_period_id"),
            instant_column("posted_at"),
            flag_column("is_posted"),
            flag_column("is_billable"),
            *_MEASURES,
            currency_column("functional_currency_code").required,
            currency_column("contract_currency_code"),
            amount_column("bill_amount_functional"),
            fx_column("fx_rate_contract_to_functional"),
            text_column("entry_id"),
            text_column("account_code"),
            text_column("created_by"),
        ),
        amount="cost_amount_functional",
    ),
    Shape(
        "posting_manifests",
        key="manifest_id",
        columns=(
            text_column("external_id").required,
            text_column("entry_id").required,
            integer_column("entry_version").required,
            *_MEASURES,
        ),
        amount="cost_amount_functional",
    ),
    Shape(
        "manual_matches",
        key="match_id",
        columns=(
            text_column("erp_line_id").required,
            text_column("entry_id").required,
            *_MEASURES,
            text_column("reason").required,
            text_column("prepared_by").required,
            text_column("approved_by").required,
        ),
        amount="cost_amount_functional",
    ),
)
