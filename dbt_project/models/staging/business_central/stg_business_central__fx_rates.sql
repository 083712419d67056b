-- A rate states two amounts of equal worth; an empty relational currency is the company's own.
with

source as (

    select * from {{ source('business_central', 'currency_exchange_rates') }}

),

renamed as (

    select
        source_system,
        id as source_rate_id,
        version as source_version,
        known_at,
        is_deleted,
        currency_code as from_currency_code,
        coalesce(nullif(relational_currency_code, ''), company__currency_code) as to_currency_code,
        starting_date as rate_date,
        cast(
            {{ money_div('relational_exchange_rate_amount', 'exchange_rate_amount', 10, 10, 6) }}
            as decimal(18, 10)
        ) as fx_rate,
        'spot' as rate_type
    from source

)

select * from renamed
