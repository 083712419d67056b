with

source as (

    select * from {{ source('ops', 'reversal_requests') }}

),

renamed as (

    select
        cast(posting_key as varchar) as posting_key,
        cast(target as varchar) as target,  -- noqa: RF04
        cast(batch_id as varchar) as batch_id,
        cast(entry_id as varchar) as entry_id,
        cast(requested_by as varchar) as requested_by,
        cast(reason as varchar) as request_reason,
        cast(requested_at as timestamp) as requested_at
    from source

)

select * from renamed
