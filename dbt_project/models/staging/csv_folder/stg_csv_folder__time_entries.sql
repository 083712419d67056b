with

entries as (

    select * from {{ ref('stg_csv_folder__entries') }}

),

versions as (

    select * from {{ ref('stg_csv_folder__entry_versions') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, entry_id
            order by entry_version desc
        ) as version_rank
    from versions

),

-- an entry that is gone from the files ends with one more version that says so
states as (

    select
        source_system,
        entry_id,
        entry_version as source_version,
        known_at,
        approval_status = 'deleted' as is_deleted,
        approval_status,
        hours,
        source_project_id,
        is_billable
    from versions
    union all
    select
        source_system,
        entry_id,
        read_version as source_version,
        read_at as known_at,
        true as is_deleted,
        'deleted' as approval_status,
        hours,
        source_project_id,
        is_billable
    from ranked
    where is_entry_gone and version_rank = 1

)

select
    states.source_system,
    states.entry_id as source_record_id,
    states.source_version,
    states.known_at,
    states.is_deleted,
    cast(null as timestamp) as source_created_at,
    cast(null as timestamp) as source_updated_at,
    entries.source_worker_id,
    cast(null as varchar) as source_client_id,
    coalesce(states.source_project_id, entries.source_project_id) as source_project_id,
    cast(null as varchar) as source_task_id,
    cast(null as varchar) as task_name,
    entries.work_date,
    states.hours,
    states.approval_status,
    states.approval_status as raw_status,
    cast(null as timestamp) as approved_at,
    cast(null as varchar) as approver_source_id,
    cast(null as timestamp) as submitted_at,
    cast(null as varchar) as labour_category,
    states.is_billable,
    entries.bill_rate,
    {{ csv_contract_currency() }} as bill_currency_code,
    entries.cost_rate,
    entries.functional_currency_code as cost_currency_code,
    entries.legal_entity_id,
    cast(null as varchar) as source_invoice_id,
    cast(null as varchar) as notes
from states
inner join entries
    on
        states.source_system = entries.source_system
        and states.entry_id = entries.entry_id
