"""What is landed of Harvest: seven tables, typed.

Facts: help.getharvest.com/api-v2. Numbers are exact decimals; ids become text; whatever else the
source serves is watched for drift, not landed. How the answers are fetched: `resources`.
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

STAMPS = (Column("created_at", timestamp()), Column("updated_at", timestamp()))

ACCOUNTS = Table(
    name="accounts",
    key="full_domain",
    columns=(
        Column("name", text()),
        Column("is_active", boolean()),
        Column("approval_feature", boolean()),
        # which hours the firm bills and pays by: the system's option, not a field of Harvest
        Column("option_hours", text()),
    ),
)

CLIENTS = Table(
    name="clients",
    version="updated_at",
    sweep=Sweep(),
    columns=(
        Column("name", text()),
        Column("currency", text()),
        Column("is_active", boolean()),
        *STAMPS,
    ),
)

PROJECTS = Table(
    name="projects",
    version="updated_at",
    sweep=Sweep(),
    amount="fee",
    columns=(
        Column("name", text()),
        Column("code", text()),
        Column("client__id", text()),
        Column("client__currency", text()),
        Column("is_active", boolean()),
        Column("is_billable", boolean()),
        Column("is_fixed_fee", boolean()),
        Column("bill_by", text()),
        Column("fee", decimal(18, 4)),
        Column("budget", decimal(18, 4)),
        Column("budget_by", text()),
        Column("cost_budget", decimal(18, 4)),
        Column("starts_on", date()),
        Column("ends_on", date()),
        *STAMPS,
    ),
)

USERS = Table(
    name="users",
    version="updated_at",
    sweep=Sweep(),
    columns=(
        Column("first_name", text()),
        Column("last_name", text()),
        Column("email", text()),
        Column("is_contractor", boolean()),
        Column("is_active", boolean()),
        Column("weekly_capacity", integer()),
        *STAMPS,
    ),
)

USER_ASSIGNMENTS = Table(
    name="user_assignments",
    version="updated_at",
    sweep=Sweep(),
    columns=(
        Column("user__id", text()),
        Column("project__id", text()),
        Column("is_active", boolean()),
        Column("hourly_rate", decimal(18, 6)),
        *STAMPS,
    ),
)

TASK_ASSIGNMENTS = Table(
    name="task_assignments",
    version="updated_at",
    sweep=Sweep(),
    columns=(
        Column("project__id", text()),
        Column("task__id", text()),
        Column("task__name", text()),
        Column("billable", boolean()),
        Column("is_active", boolean()),
        Column("budget", decimal(18, 4)),
        *STAMPS,
    ),
)
"""Tasks, each within a project: a time entry names both."""

TIME_ENTRIES = Table(
    name="time_entries",
    version="updated_at",
    sweep=Sweep(date_column="spent_date"),
    columns=(
        Column("spent_date", date()),
        Column("user__id", text()),
        Column("client__id", text()),
        Column("project__id", text()),
        Column("task__id", text()),
        Column("task__name", text()),
        Column("hours", decimal(18, 4)),
        Column("rounded_hours", decimal(18, 4)),
        Column("notes", text()),
        Column("is_locked", boolean()),
        Column("locked_reason", text()),
        Column("is_closed", boolean()),
        Column("is_billed", boolean()),
        Column("is_running", boolean()),
        Column("billable", boolean()),
        Column("billable_rate", decimal(18, 6)),
        Column("cost_rate", decimal(18, 6)),
        Column("invoice__id", text()),
        *STAMPS,
    ),
)

TABLES = (
    ACCOUNTS,
    CLIENTS,
    PROJECTS,
    USERS,
    USER_ASSIGNMENTS,
    TASK_ASSIGNMENTS,
    TIME_ENTRIES,
)
"""In landing order: what entries refer to comes first."""
