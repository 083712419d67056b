with

source as (

    select * from {{ source('harvest', 'time_entries') }}

),

renamed as (

    select
        source_system,
        id as source_record_id,
        version as source_version,
        known_at,
        is_deleted,
        created_at as source_created_at,
        updated_at as source_updated_at,
        user__id as source_worker_id,
        client__id as source_client_id,
        project__id as source_project_id,
        task__id as source_task_id,
        task__name as task_name,
        spent_date as work_date,
        hours as hours_unrounded,
        rounded_hours as hours_rounded,
        -- an entry locked for any other reason than its approval is not approved
        case
            when is_deleted then 'deleted'
            when is_closed and is_locked and locked_reason like '%Approved%' then 'approved'
            when is_closed then 'submitted'
            else 'draft'
        end as approval_status,
        case
            when locked_reason is not null then locked_reason
            when is_closed then 'is_closed'
            when is_running then 'is_running'
            else 'open'
        end as raw_status,
        billable as is_billable,
        billable_rate as bill_rate,
        cost_rate,
        invoice__id as source_invoice_id,
        notes
    from source

)

select * from renamed
