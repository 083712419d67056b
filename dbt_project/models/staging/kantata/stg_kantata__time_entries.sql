with

source as (

    select * from {{ source('kantata', 'time_entries') }}

),

-- the vendor states how many subunits make a unit of the entry's currency; an unknown number leaves
-- the rates null, which is a missing rate for everybody to see
scaled as (

    select
        *,
        case currency_base_unit
            when 1 then cast(1 as decimal(4, 3))
            when 10 then cast(0.1 as decimal(4, 3))
            when 100 then cast(0.01 as decimal(4, 3))
            when 1000 then cast(0.001 as decimal(4, 3))
        end as subunit
    from source

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
        user_id as source_worker_id,
        cast(null as varchar) as source_client_id,
        workspace_id as source_project_id,
        recent_submission_id as source_submission_id,
        story_id as source_task_id,
        story__title as task_name,
        date_performed as work_date,
        -- minutes are whole, so no tie can occur at four decimals
        cast({{ money_div('time_in_minutes', '60', 4, 0, 0) }} as decimal(18, 4)) as hours,
        case
            when is_deleted then 'deleted'
            when approved then 'approved'
            when active_submission_id is not null then 'submitted'
            when submission__status = 'rejected' then 'rejected'
            else 'draft'
        end as approval_status,
        coalesce(submission__status, 'not submitted') as raw_status,
        case
            when approved and submission__status = 'approved' then submission__resolved_at
        end as approved_at,
        case
            when approved and submission__status = 'approved' then submission__resolved_by
        end as approver_source_id,
        cast(null as timestamp) as submitted_at,
        cast(null as varchar) as labour_category,
        billable as is_billable,
        cast(cast(rate_in_cents as decimal(18, 0)) * subunit as decimal(18, 6)) as bill_rate,
        currency as bill_currency_code,
        cast(cast(cost_rate_in_cents as decimal(18, 0)) * subunit as decimal(18, 6)) as cost_rate,
        cast(null as varchar) as cost_currency_code,
        cast(null as varchar) as legal_entity_id,
        cast(null as varchar) as source_invoice_id,
        notes
    from scaled

)

select * from renamed
