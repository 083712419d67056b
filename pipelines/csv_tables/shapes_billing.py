"""Billing: contracts and their lines, milestones, retainers, invoices, allocations, payments.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.
Signs: amounts, hours and discounts are negative on credit notes and positive everywhere else; the
kind of a movement or adjustment says its direction.
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
    integer_column,
    rate_column,
    text_column,
)

CONTRACTS = Shape(
    "contracts",
    key="contract_id",
    amount="cap_amount",
    columns=(
        text_column("contract_code"),
        text_column("contract_name"),
        text_column("engagement_code"),
        text_column("client_id"),
        text_column("legal_entity_id"),
        currency_column("currency_code").required,
        day_column("start_date"),
        day_column("end_date"),
        text_column("purchase_order_number"),
        day_column("purchase_order_end_date"),
        amount_column("cap_amount"),
        rate_column("discount_percent"),
        text_column("tax_code"),
        integer_column("payment_terms_days"),
        flag_column("needs_billing_approval"),
        flag_column("is_active"),
        integer_column("amendment_number"),
    ),
)

CONTRACT_LINES = Shape(
    "contract_lines",
    key="contract_line_id",
    amount="price_amount",
    columns=(
        text_column("contract_id").required,
        text_column("project_id").required,
        text_column("task_id"),
        choice_column(
            "line_type",
            "time_and_materials",
            "milestone",
            "fixed_fee",
            "retainer",
            "subscription",
            "expense",
            "pass_through",
        ).required,
        amount_column("cap_amount"),
        amount_column("price_amount"),
        hours_column("included_hours"),
        rate_column("markup_percent"),
        rate_column("discount_percent"),
        choice_column("presentation", "principal", "agent"),
        flag_column("needs_vendor_bill"),
        day_column("start_date"),
        day_column("end_date"),
    ),
)

MILESTONES = Shape(
    "milestones",
    key="milestone_id",
    amount="amount",
    columns=(
        text_column("contract_line_id").required,
        text_column("milestone_name"),
        amount_column("amount").required,
        day_column("planned_date"),
        day_column("completed_date"),
        day_column("accepted_date"),
        choice_column("milestone_status", "planned", "complete", "accepted", "cancelled"),
    ),
)

RETAINER_MOVEMENTS = Shape(
    "retainer_movements",
    key="movement_id",
    amount="amount",
    columns=(
        text_column("contract_id").required,
        choice_column(
            "movement_kind", "funded", "drawn", "returned", "refunded", "expired"
        ).required,
        text_column("invoice_id"),
        amount_column("amount").required,
        day_column("occurred_on").required,
        flag_column("is_confirmed"),
    ),
)

INVOICES = Shape(
    "invoices",
    key="invoice_id",
    amount="payable_amount",
    columns=(
        text_column("invoice_number"),
        text_column("client_id"),
        text_column("contract_id"),
        text_column("legal_entity_id"),
        choice_column("document_type", "invoice", "credit_note").required,
        choice_column("invoice_status", "draft", "issued", "post_failed", "void").required,
        day_column("invoice_date"),
        instant_column("issued_at"),
        day_column("due_date"),
        currency_column("currency_code").required,
        amount_column("discount_amount"),
        amount_column("tax_amount"),
        amount_column("rounding_amount"),
        amount_column("retainer_draw_amount"),
        amount_column("payable_amount"),
        text_column("credited_invoice_id"),
        fx_column("fx_rate_contract_to_functional"),
    ),
)

INVOICE_LINES = Shape(
    "invoice_lines",
    key="invoice_line_id",
    amount="amount",
    columns=(
        text_column("invoice_id").required,
        choice_column(
            "line_type", "labour", "expense", "milestone", "retainer", "subscription", "other"
        ).required,
        text_column("contract_line_id"),
        text_column("milestone_id"),
        hours_column("hours"),
        amount_column("amount").required,
        amount_column("discount_amount"),
        flag_column("is_manual_override"),
    ),
)

BILLING_ALLOCATIONS = Shape(
    "billing_allocations",
    key="allocation_id",
    amount="billed_amount_contract",
    columns=(
        text_column("invoice_line_id"),
        text_column("invoice_id").required,
        text_column("invoice_number"),
        day_column("invoice_date"),
        flag_column("is_issued"),
        text_column("erp_line_id"),
        text_column("entry_id"),
        hours_column("hours"),
        amount_column("billed_amount_contract").required,
        amount_column("discount_amount_contract"),
        currency_column("contract_currency_code"),
    ),
)

BILLING_ADJUSTMENTS = Shape(
    "billing_adjustments",
    key="adjustment_id",
    amount="amount",
    columns=(
        choice_column(
            "adjustment_kind",
            "write_off",
            "write_down",
            "write_up",
            "hold",
            "release",
            "billing_approval",
        ).required,
        text_column("entry_id"),
        text_column("erp_line_id"),
        text_column("project_id"),
        hours_column("hours"),
        amount_column("amount"),
        text_column("reason").required,
        text_column("approver_id"),
        day_column("decided_on").required,
    ),
)

PAYMENTS = Shape(
    "payments",
    key="payment_id",
    amount="amount",
    columns=(
        text_column("invoice_id").required,
        amount_column("amount").required,
        day_column("paid_on").required,
    ),
)

SHAPES = (
    CONTRACTS,
    CONTRACT_LINES,
    MILESTONES,
    RETAINER_MOVEMENTS,
    INVOICES,
    INVOICE_LINES,
    BILLING_ALLOCATIONS,
    BILLING_ADJUSTMENTS,
    PAYMENTS,
)
