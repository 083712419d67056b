"""Master data: workers, clients, projects, tasks, assignments, codes, capacities, approvals.

Grain: one row per record and version of each file. Shapes of other kinds are in their own modules.

Every id is the file's own; `*_code` columns and the firm's crosswalks tie it to other systems. A
version of a worker or project holds from its `valid_from`, or from the day it became known.
"""

from __future__ import annotations

from pipelines.csv_tables.shape import (
    Shape,
    amount_column,
    choice_column,
    currency_column,
    day_column,
    flag_column,
    hours_column,
    instant_column,
    integer_column,
    rate_column,
    text_column,
)

WORKERS = Shape(
    "workers",
    key="worker_id",
    columns=(
        text_column("employee_number"),
        text_column("worker_name"),
        text_column("email"),
        choice_column("worker_type", "employee", "contractor"),
        choice_column("employment_status", "active", "terminated"),
        day_column("hired_date"),
        day_column("terminated_date"),
        text_column("legal_entity_id"),
        text_column("job_title"),
        flag_column("is_active"),
        text_column("labour_category"),
        text_column("cost_center_code"),
        text_column("service_line_code"),
        text_column("region_code"),
        hours_column("weekly_capacity_hours"),
        rate_column("cost_rate"),
        text_column("manager_id"),
        text_column("skills"),
        day_column("valid_from"),
    ),
)

CLIENTS = Shape(
    "clients",
    key="client_id",
    columns=(
        text_column("client_code"),
        text_column("client_name"),
        currency_column("currency_code"),
        flag_column("is_active"),
        text_column("tax_jurisdiction_code"),
        text_column("tax_registration"),
        integer_column("payment_terms_days"),
        text_column("legal_entity_id"),
    ),
)

PROJECTS = Shape(
    "projects",
    key="project_id",
    columns=(
        text_column("project_code"),
        text_column("project_name"),
        text_column("client_id"),
        text_column("legal_entity_id"),
        choice_column(
            "billing_model", "time_and_materials", "fixed_fee", "capped", "retainer", "internal"
        ),
        currency_column("contract_currency_code"),
        amount_column("cap_amount_contract"),
        flag_column("is_active"),
        flag_column("is_billable"),
        text_column("raw_status"),
        day_column("start_date"),
        day_column("end_date"),
        text_column("contract_id"),
        text_column("service_line_code"),
        text_column("region_code"),
        text_column("cost_center_code"),
        text_column("billing_code"),
        amount_column("budget_amount_contract"),
        hours_column("budget_hours"),
        text_column("successor_project_id"),
        day_column("valid_from"),
    ),
    amount="cap_amount_contract",
)

TASKS = Shape(
    "tasks",
    key="task_id",
    columns=(
        text_column("project_id").required,
        text_column("task_code"),
        text_column("task_name"),
        flag_column("is_billable"),
        flag_column("is_active"),
        hours_column("budget_hours"),
    ),
)

ASSIGNMENTS = Shape(
    "assignments",
    key="assignment_id",
    columns=(
        text_column("worker_id").required,
        text_column("project_id").required,
        day_column("start_date"),
        day_column("end_date"),
        flag_column("is_active"),
    ),
)

CODE_KINDS = (
    "cost_center",
    "billing_code",
    "labour_category",
    "service_line",
    "region",
    "business_unit",
    "practice",
    "gl_account",
    "tax_jurisdiction",
    "expense_category",
    "labour_code",
)
"""Kinds of codes; each has a dimension of its own."""

REFERENCE_CODES = Shape(
    "reference_codes",
    key="code",
    within=("code_kind", "legal_entity_id"),
    columns=(
        choice_column("code_kind", *CODE_KINDS).required,
        text_column("code_name"),
        text_column("parent_code"),
        text_column("legal_entity_id"),
        flag_column("is_active"),
    ),
)

CAPACITIES = Shape(
    "capacities",
    key="capacity_id",
    columns=(
        text_column("worker_id").required,
        day_column("start_date").required,
        day_column("end_date").required,
        hours_column("hours_per_week").required,
        choice_column("capacity_kind", "working", "time_off", "holiday"),
    ),
)

APPROVAL_EVENTS = Shape(
    "approval_events",
    key="event_id",
    columns=(
        text_column("source_record_id").required,
        choice_column("source_grain", "entry", "submission", "report").required,
        choice_column("event", "submitted", "approved", "rejected", "cancelled").required,
        instant_column("event_at").required,
        text_column("actor_id"),
        text_column("comment"),
    ),
)

SHAPES: tuple[Shape, ...] = (
    WORKERS,
    CLIENTS,
    PROJECTS,
    TASKS,
    ASSIGNMENTS,
    REFERENCE_CODES,
    CAPACITIES,
    APPROVAL_EVENTS,
)
