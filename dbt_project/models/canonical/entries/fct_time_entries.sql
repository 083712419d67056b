with

versions as (

    select
        *,
        cast(count(*) over (partition by entry_id) as bigint) as version_count
    from {{ ref('fct_time_entry_versions') }}

)

select
    entry_id,
    source_system,
    source_record_id,
    source_version,
    known_at,
    source_created_at,
    source_updated_at,
    is_deleted,
    approval_status,
    raw_status,
    approved_at,
    approver_source_id,
    is_effective,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    source_worker_id,
    source_client_id,
    source_project_id,
    task_name,
    work_date,
    hours,
    is_billable,
    cost_rate,
    cost_currency_code,
    bill_rate,
    bill_currency_code,
    source_invoice_id,
    notes,
    version_count
from versions
where is_newest
