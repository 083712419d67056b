with

source as (

    select * from {{ source('harvest', 'clients') }}

),

renamed as (

    select
        source_system,
        id as source_client_id,
        version as source_version,
        known_at,
        is_deleted,
        cast(null as varchar) as client_code,
        name as client_name,
        currency as currency_code,
        is_active
    from source

)

select * from renamed
