with

source as (

    select * from {{ source('ops', 'posting_batch_states') }}

),

renamed as (

    select
        cast(batch_id as varchar) as batch_id,
        cast(legal_entity_id as varchar) as legal_entity_id,
        cast(period_id as varchar) as period_id,
        cast(state as varchar) as state,
        cast(currency_code as varchar) as currency_code,
        cast(line_count as bigint) as line_count,
        cast(hours as decimal(18, 4)) as hours,
        cast(amount as decimal(18, 4)) as amount,
        cast(created_at as timestamp) as created_at
    from source

)

select * from renamed
