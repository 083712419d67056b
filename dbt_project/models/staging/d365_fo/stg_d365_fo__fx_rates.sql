-- F&O states a rate per one, ten, hundred ... units of the from-currency.
with

source as (

    select * from {{ source('d365_fo', 'exchange_rates') }}

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
        start_date as rate_date,
        cast(
            case conversion_factor
                when 'Ten' then rate * cast(0.1 as decimal(9, 8))
                when 'Hundred' then rate * cast(0.01 as decimal(9, 8))
                when 'Thousand' then rate * cast(0.001 as decimal(9, 8))
                when 'TenThousand' then rate * cast(0.0001 as decimal(9, 8))
                else rate * cast(1 as decimal(9, 8))
            end as decimal(18, 10)
        ) as fx_rate,
        'spot' as rate_type
    from source

)

select * from renamed
