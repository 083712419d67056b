with

source as (

    {{ csv_versions('fx_rates', [
        'rate_id', 'from_currency_code', 'to_currency_code', 'rate_date', 'fx_rate', 'rate_type'
    ]) }}

),

renamed as (

    select
        source_system,
        rate_id as source_rate_id,
        source_version,
        known_at,
        is_deleted,
        from_currency_code,
        to_currency_code,
        rate_date,
        fx_rate,
        coalesce(rate_type, 'spot') as rate_type
    from source

)

select * from renamed
