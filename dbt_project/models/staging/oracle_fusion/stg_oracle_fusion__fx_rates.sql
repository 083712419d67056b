with

source as (

    select * from {{ source('oracle_fusion', 'currency_rates') }}

),

renamed as (

    select
        source_system,
        id as source_rate_id,
        version as source_version,
        known_at,
        is_deleted,
        from_currency as from_currency_code,
        to_currency as to_currency_code,
        conversion_date as rate_date,
        conversion_rate as fx_rate,
        'spot' as rate_type
    from source
    where conversion_type = 'Corporate'

)

select * from renamed
