-- Each version of an entry beside the one before it. `observed_at` is when the source last touched
-- the version, or when we first saw it; the state existed by then.
{% set time_content = [
    'hours', 'work_date', 'source_project_id', 'source_worker_id', 'source_task_id',
    'is_billable', 'bill_rate', 'cost_rate'
] %}
{% set expense_content = [
    'transaction_amount', 'approved_amount', 'work_date', 'source_project_id',
    'source_worker_id', 'expense_type', 'is_billable', 'is_personal'
] %}
{% set kept = [
    'source_system', 'source_record_id', 'source_version', 'known_at', 'submitted_at',
    'approved_at', 'approver_source_id'
] %}

with

versions as (

    select
        {{ kept | join(', ') }},
        coalesce(source_updated_at, known_at) as observed_at,
        case when is_deleted then 'deleted' else approval_status end as approval_status,
        {{ surrogate_key(time_content) }} as content_key
    from {{ ref('int_time_entry_versions') }}
    union all
    select
        {{ kept | join(', ') }},
        coalesce(source_updated_at, known_at) as observed_at,
        case when is_deleted then 'deleted' else approval_status end as approval_status,
        {{ surrogate_key(expense_content) }} as content_key
    from {{ ref('int_expense_item_versions') }}

),

compared as (

    select
        *,
        source_system || ':' || source_record_id as entry_id,
        coalesce(lag(approval_status) over (
            partition by source_system, source_record_id order by source_version
        ), 'none') as status_before,
        coalesce(lag(content_key) over (
            partition by source_system, source_record_id order by source_version
        ), content_key) as content_before,
        lag(submitted_at) over (
            partition by source_system, source_record_id order by source_version
        ) as submitted_before,
        coalesce(max(case when approval_status = 'approved' then 1 else 0 end) over (
            partition by source_system, source_record_id
            order by source_version
            rows between unbounded preceding and 1 preceding
        ), 0) = 1 as was_approved
    from versions

)

select
    *,
    content_key != content_before as is_changed
from compared
