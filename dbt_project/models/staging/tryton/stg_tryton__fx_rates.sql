-- Tryton holds units of each currency per unit of one base currency, whose own rate is always 1.
with

source as (

    select * from {{ source('tryton', 'currency_rates') }}

),

steady_currencies as (

    select
        source_system,
        currency__code as currency_code
    from source
    where not is_deleted
    group by source_system, currency__code
    having min(rate) = 1 and max(rate) = 1

),

base_currencies as (

    select
        source_system,
        min(currency_code) as currency_code
    from steady_currencies
    group by source_system

),

renamed as (

    select
        source.source_system,
        source.id as source_rate_id,
        source.version as source_version,
        source.known_at,
        source.is_deleted,
        base_currencies.currency_code as from_currency_code,
        source.currency__code as to_currency_code,
        source.date as rate_date,
        source.rate as fx_rate,
        'spot' as rate_type
    from source
    inner join base_currencies on source.source_system = base_currencies.source_system
    where source.currency__code != base_currencies.currency_code

)

select * from renamed
