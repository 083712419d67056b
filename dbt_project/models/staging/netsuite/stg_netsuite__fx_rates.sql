with

source as (

    select * from {{ source('netsuite', 'currency_rates') }}

),

renamed as (

    select
        source_system,
        id as source_rate_id,
        version as source_version,
        known_at,
        is_deleted,
        from_currency_code,
        to_currency_code,
        effectivedate as rate_date,
        exchangerate as fx_rate,
        'spot' as rate_type
    from source

)

select * from renamed
