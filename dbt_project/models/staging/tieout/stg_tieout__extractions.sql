with

source as (

    select * from {{ source('ops', 'extractions') }}

),

renamed as (

    select
        cast(extraction_id as varchar) as extraction_id,
        cast(source_system as varchar) as source_system,
        cast(table_name as varchar) as table_name,
        cast(started_at as timestamp) as started_at,
        cast(finished_at as timestamp) as finished_at,
        cast(outcome as varchar) as outcome,
        cast(error as varchar) as error,
        cast(extracted as bigint) as extracted_count,
        cast(landed as bigint) as landed_count,
        cast(deleted as bigint) as deleted_count,
        cast(quarantined as bigint) as quarantined_count,
        cast(requests as bigint) as request_count,
        cast(retries as bigint) as retry_count
    from source

)

select * from renamed
