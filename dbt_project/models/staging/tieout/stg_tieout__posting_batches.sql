with

source as (

    select * from {{ source('ops', 'posting_batches') }}

),

renamed as (

    select
        cast(batch_id as varchar) as batch_id,
        cast(target as varchar) as target,  -- noqa: RF04
        cast(period_id as varchar) as period_id,
        cast(state as varchar) as state,
        cast(line_count as bigint) as line_count,
        cast(control_hours as decimal(18, 4)) as control_hours,
        cast(control_amount as decimal(18, 4)) as control_amount,
        cast(file_names as varchar) as file_names,
        cast(sha256 as varchar) as sha256,
        cast(gate_passed as boolean) as gate_passed,
        cast(gate_evaluated as bigint) as gate_evaluated,
        cast(gate_quarantined as bigint) as gate_quarantined,
        cast(created_at as timestamp) as created_at,
        cast(sealed_at as timestamp) as sealed_at,
        cast(finished_at as timestamp) as finished_at,
        cast(planned_by as varchar) as planned_by,
        cast(release_status as varchar) as release_status,
        cast(released_by as varchar) as released_by,
        cast(released_at as timestamp) as released_at,
        cast(release_reason as varchar) as release_reason
    from source

)

select * from renamed
