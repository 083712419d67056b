"""Entries and what prices them: time, expenses, rates, tax rules, vendor bills.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.

Every id is the file's own. Hours and amounts are negative on reversals. `tax_amount` is the tax
inside `transaction_amount`, in the same currency; a ratio is between 0 and 1.
"""

from __future__ import annotations

from pipelines.csv_tables.shape import (
    Shape,
    amount_column,
    choice_column,
    currency_column,
    day_column,
    flag_column,
    fx_column,
    hours_column,
    instant_column,
    rate_column,
    text_column,
    time_zone_column,
)

STATUSES = ("draft", "submitted", "approved", "rejected")
"""States of an entry; a deleted one says `is_deleted`."""

TIME_ENTRIES = Shape(
    "time_entries",
    key="entry_id",
    columns=(
        text_column("worker_id").required,
        text_column("project_id").required,
        text_column("task_id"),
        text_column("task_name"),
        text_column("client_id"),
        day_column("work_date").required,
        hours_column("hours").required,
        choice_column("approval_status", *STATUSES).required,
        instant_column("approved_at"),
        instant_column("submitted_at"),
        text_column("approver_id"),
        flag_column("is_billable"),
        rate_column("bill_rate"),
        currency_column("bill_currency_code"),
        rate_column("cost_rate"),
        currency_column("cost_currency_code"),
        text_column("legal_entity_id"),
        text_column("labour_category"),
        instant_column("started_at"),
        instant_column("ended_at"),
        time_zone_column("time_zone"),
        text_column("notes"),
    ),
)

EXPENSE_ITEMS = Shape(
    "expense_items",
    key="entry_id",
    amount="transaction_amount",
    columns=(
        text_column("worker_id").required,
        text_column("project_id").required,
        text_column("report_id"),
        text_column("expense_category"),
        day_column("work_date").required,
        choice_column("approval_status", *STATUSES).required,
        instant_column("approved_at"),
        instant_column("submitted_at"),
        text_column("approver_id"),
        flag_column("is_billable"),
        flag_column("is_personal"),
        flag_column("is_company_paid"),
        amount_column("transaction_amount").required,
        currency_column("transaction_currency_code").required,
        amount_column("approved_amount"),
        currency_column("reimbursement_currency_code"),
        fx_column("exchange_rate"),
        amount_column("tax_amount"),
        text_column("tax_code"),
        text_column("country_code"),
        flag_column("has_receipt"),
        flag_column("is_receipt_in_company_name"),
        text_column("supplier_tax_registration"),
        text_column("legal_entity_id"),
        text_column("notes"),
    ),
)

RATE_LEVELS = (
    "assignment",
    "contract_line_role",
    "contract_role",
    "client_card",
    "entity_card",
)
"""Where a rate is agreed, most specific first."""

RATES = Shape(
    "rates",
    key="rate_id",
    columns=(
        choice_column("rate_kind", "bill", "cost", "standard").required,
        choice_column("rate_level", *RATE_LEVELS).required,
        text_column("worker_id"),
        text_column("project_id"),
        text_column("contract_line_id"),
        text_column("contract_id"),
        text_column("client_id"),
        text_column("legal_entity_id"),
        text_column("labour_category"),
        currency_column("currency_code").required,
        rate_column("rate").required,
        flag_column("is_blended"),
        day_column("valid_from").required,
        day_column("valid_to"),
    ),
)

TAX_RULES = Shape(
    "tax_rules",
    key="tax_rule_id",
    columns=(
        text_column("country_code").required,
        text_column("expense_category"),
        text_column("legal_entity_id"),
        flag_column("requires_company_receipt"),
        rate_column("recoverable_ratio").required,
        text_column("tax_code"),
        day_column("valid_from").required,
        day_column("valid_to"),
    ),
)

VENDOR_BILLS = Shape(
    "vendor_bills",
    key="vendor_bill_line_id",
    amount="amount",
    columns=(
        text_column("worker_id").required,
        text_column("project_id").required,
        day_column("start_date").required,
        day_column("end_date").required,
        hours_column("hours").required,
        amount_column("amount").required,
        currency_column("currency_code").required,
        day_column("confirmed_on"),
    ),
)

SHAPES: tuple[Shape, ...] = (TIME_ENTRIES, EXPENSE_ITEMS, RATES, TAX_RULES, VENDOR_BILLS)
