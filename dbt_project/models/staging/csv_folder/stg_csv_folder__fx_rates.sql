-- The file's rates are undated: they hold on every day, and the first reading at every K.
with

source as (

    select
        *,
        row_number() over (
            partition by source_system, id
            order by version asc
        ) as reading_number
    from {{ source('csv_folder', 'fx_rates') }}

),

renamed as (

    select
        source_system,
        id as source_rate_id,
        version as source_version,
        case
            when reading_number = 1 then cast('1970-01-01' as timestamp)
            else known_at
        end as known_at,
        is_deleted,
        from_currency as from_currency_code,
        to_currency as to_currency_code,
        cast('1970-01-01' as date) as rate_date,
        rate as fx_rate,
        'spot' as rate_type
    from source

)

select * from renamed
