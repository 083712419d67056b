with

source as (

    select * from {{ source('ops', 'quarantine') }}

),

renamed as (

    select distinct
        {{ surrogate_key(
            ['source_system', 'table_name', 'source_record_id', 'reason_code', 'detail', 'known_at']
        ) }} as quarantine_id,
        cast(source_system as varchar) as source_system,
        cast(table_name as varchar) as table_name,
        cast(source_record_id as varchar) as source_record_id,
        cast(reason_code as varchar) as reason_code,
        cast(detail as varchar) as detail,
        cast(amount as decimal(18, 4)) as amount,
        cast(known_at as timestamp) as known_at
    from source

)

select * from renamed
