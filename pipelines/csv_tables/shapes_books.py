"""The books: balances, journal lines, reimbursements, payroll, recognised revenue.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.
An `entry_id` is that of an entry of the same system, or `system:id` for an entry of another one. A
`voucher_id` is the `erp_line_id` of the ERP line that the voucher books, where it books one.
"""

from __future__ import annotations

from pipelines.csv_tables.shape import (
    Shape,
    amount_column,
    currency_column,
    day_column,
    hours_column,
    text_column,
)

SHAPES: tuple[Shape, ...] = (
    Shape(
        "gl_balances",
        key="balance_id",
        columns=(
            text_column("legal_entity_id").required,
            text_column("account_code").required,
            text_column("accounting_period_id").required,
            currency_column("currency_code").required,
            amount_column("opening_amount").required,
            amount_column("debit_amount").required,
            amount_column("credit_amount").required,
            amount_column("closing_amount").required,
        ),
        amount="closing_amount",
    ),
    Shape(
        "journal_lines",
        key="journal_line_id",
        columns=(
            text_column("voucher_id").required,
            text_column("legal_entity_id").required,
            text_column("account_code").required,
            day_column("accounting_date").required,
            currency_column("currency_code").required,
            amount_column("debit_amount").required,
            amount_column("credit_amount").required,
            text_column("counterparty_entity_id"),
        ),
        amount="debit_amount",
    ),
    Shape(
        "reimbursements",
        key="reimbursement_id",
        columns=(
            text_column("entry_id").required,
            amount_column("amount").required,
            currency_column("currency_code").required,
            day_column("paid_on").required,
        ),
        amount="amount",
    ),
    Shape(
        "payroll_lines",
        key="payroll_line_id",
        columns=(
            text_column("entry_id").required,
            hours_column("hours").required,
            text_column("labour_code"),
            day_column("paid_on"),
        ),
    ),
    Shape(
        "revenue_schedules",
        key="schedule_id",
        columns=(
            text_column("contract_line_id").required,
            text_column("accounting_period_id").required,
            amount_column("recognised_amount").required,
            currency_column("currency_code").required,
        ),
        amount="recognised_amount",
    ),
)
