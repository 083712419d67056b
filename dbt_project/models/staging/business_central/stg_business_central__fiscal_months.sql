with

source as (

    select * from {{ source('business_central', 'accounting_periods') }}

),

renamed as (

    select
        source_system,
        id,
        version,
        known_at,
        is_deleted,
        company__legal_entity,
        starting_date,
        coalesce(closed, false) or coalesce(date_locked, false) as is_closed
    from source

)

select * from renamed
