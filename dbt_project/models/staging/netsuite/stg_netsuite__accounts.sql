with

source as (

    select * from {{ source('netsuite', 'accounts') }}

),

renamed as (

    select
        source_system,
        'gl_account:' || id as source_code_key,
        version as source_version,
        known_at,
        is_deleted,
        'gl_account' as code_kind,
        acctnumber as code,
        fullname as code_name,
        cast(null as varchar) as parent_code,
        cast(null as varchar) as legal_entity_id,
        isinactive = 'F' as is_active
    from source
    where acctnumber is not null

)

select * from renamed
