-- A shift is of the local day on which it began; a file without shifts states the day itself.
with

source as (

    {{ csv_versions('time_entries', [
        'entry_id', 'worker_id', 'project_id', 'task_id', 'task_name', 'client_id', 'work_date',
        'hours', 'approval_status', 'approved_at', 'submitted_at', 'approver_id', 'is_billable',
        'bill_rate', 'bill_currency_code', 'cost_rate', 'cost_currency_code', 'legal_entity_id',
        'labour_category', 'started_at', 'ended_at', 'time_zone', 'notes'
    ]) }}

)

select
    source_system,
    entry_id as source_record_id,
    source_version,
    known_at,
    is_deleted,
    cast(null as timestamp) as source_created_at,
    cast(null as timestamp) as source_updated_at,
    worker_id as source_worker_id,
    client_id as source_client_id,
    project_id as source_project_id,
    task_id as source_task_id,
    task_name,
    case
        when started_at is not null and time_zone is not null
            then {{ shift_date('started_at', 'time_zone') }}
        else work_date
    end as work_date,
    started_at,
    ended_at,
    time_zone,
    hours,
    case when is_deleted then 'deleted' else approval_status end as approval_status,
    approval_status as raw_status,
    approved_at,
    approver_id as approver_source_id,
    submitted_at,
    labour_category,
    is_billable,
    bill_rate,
    bill_currency_code,
    cost_rate,
    cost_currency_code,
    legal_entity_id,
    cast(null as varchar) as source_invoice_id,
    notes
from source
