"""What is landed of Kantata OX: six tables, typed.

Facts: the vendor's published Swagger (developer.kantata.com) and a public sample of its answer.
Amounts stay in hundredths and time in minutes, as served; units begin in `dbt_project/`. Columns
below `submission`, `story`, `custom`, `customer` and `resource` come from records the same answer
holds beside the main ones. How the answers are fetched and joined: `resources`, `answers`.
"""

from __future__ import annotations

from pipelines.contracts import Column, Sweep, Table, boolean, date, integer, text, timestamp

STAMPS = (Column("created_at", timestamp()), Column("updated_at", timestamp()))

WORKSPACE_GROUPS = Table(
    name="workspace_groups",
    sweep=Sweep(),
    columns=(
        Column("name", text()),
        Column("company", boolean()),
        Column("customer__code", text(), optional=True),
        *STAMPS,
    ),
)
"""Clients. Every observed change is a version: the customer code may change on its own."""

WORKSPACES = Table(
    name="workspaces",
    sweep=Sweep(),
    columns=(
        Column("title", text()),
        Column("archived", boolean()),
        Column("currency", text()),
        Column("start_date", date()),
        Column("due_date", date()),
        Column("status__key", text()),
        Column("status__message", text()),
        Column("tasks_default_non_billable", boolean()),
        Column("primary_workspace_group_id", text()),
        Column("custom__project_code", text()),
        Column("custom__billing_model", text()),
        Column("custom__legal_entity", text()),
        Column("custom__contract_currency", text()),
        Column("custom__cap_in_cents", integer()),
        Column("custom__cap_currency", text()),
        *STAMPS,
    ),
)
"""Projects, archived ones too. Every observed change is a version: whether setting a custom field
moves the project's own `updated_at` is not documented."""

USERS = Table(
    name="users",
    sweep=Sweep(),
    columns=(
        Column("full_name", text()),
        Column("email_address", text()),
        Column("headline", text()),
        Column("disabled", boolean(), optional=True),
    ),
)
"""People. The vendor serves no timestamps for them, so every observed change is a version."""

WORKSPACE_ALLOCATIONS = Table(
    name="workspace_allocations",
    version="updated_at",
    sweep=Sweep(),
    columns=(
        Column("start_date", date()),
        Column("end_date", date()),
        Column("minutes", integer()),
        Column("hard", boolean()),
        Column("workspace_resource_id", text()),
        Column("resource__user_id", text()),
        Column("resource__workspace_id", text()),
        *STAMPS,
    ),
)

TIMESHEET_SUBMISSIONS = Table(
    name="timesheet_submissions",
    version="updated_at",
    sweep=Sweep(date_column="start_date"),
    columns=(
        Column("status", text()),
        Column("start_date", date()),
        Column("end_date", date()),
        Column("user_id", text()),
        Column("workspace_id", text()),
        Column("title", text()),
        Column("current_resolution_created_at_date", timestamp()),
        Column("current_resolution_creator_id", text()),
        Column("current_resolution_description", text()),
        Column("line_item_total_in_cents", integer()),
        Column("currency", text()),
        *STAMPS,
    ),
)

TIME_ENTRIES = Table(
    name="time_entries",
    version="updated_at",
    sweep=Sweep(date_column="date_performed"),
    columns=(
        Column("date_performed", date()),
        Column("time_in_minutes", integer()),
        Column("billable", boolean()),
        Column("notes", text()),
        Column("rate_in_cents", integer()),
        Column("cost_rate_in_cents", integer()),
        Column("currency", text()),
        Column("currency_base_unit", integer()),
        Column("approved", boolean()),
        Column("is_invoiced", boolean()),
        Column("story_id", text()),
        Column("story__title", text()),
        Column("workspace_id", text()),
        Column("user_id", text()),
        Column("active_submission_id", text()),
        Column("recent_submission_id", text()),
        Column("submission__status", text()),
        Column("submission__resolved_at", timestamp()),
        Column("submission__resolved_by", text()),
        *STAMPS,
    ),
)

TABLES = (
    WORKSPACE_GROUPS,
    WORKSPACES,
    USERS,
    WORKSPACE_ALLOCATIONS,
    TIMESHEET_SUBMISSIONS,
    TIME_ENTRIES,
)
"""In landing order: what entries refer to comes first."""
