with

source as (

    select * from {{ source('ops', 'planned_lines') }}

),

renamed as (

    select
        cast(posting_key as varchar) as posting_key,
        cast(entry_id as varchar) as entry_id,
        cast(target as varchar) as target,  -- noqa: RF04
        cast(state as varchar) as state,
        cast(planned_at as timestamp) as planned_at
    from source

)

select * from renamed
