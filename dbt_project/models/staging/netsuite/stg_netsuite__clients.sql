with

source as (

    select * from {{ source('netsuite', 'customers') }}

),

renamed as (

    select
        source_system,
        id as source_client_id,
        version as source_version,
        known_at,
        is_deleted,
        entityid as client_code,
        companyname as client_name,
        currency_code,
        isinactive = 'F' as is_active
    from source

)

select * from renamed
