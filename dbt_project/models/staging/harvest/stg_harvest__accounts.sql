with

source as (

    select * from {{ source('harvest', 'accounts') }}

),

renamed as (

    select
        source_system,
        id as source_account_id,
        version as source_version,
        known_at,
        is_deleted,
        name as account_name,
        option_hours as hours_option
    from source

)

select * from renamed
