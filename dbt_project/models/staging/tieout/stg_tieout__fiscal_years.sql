with

source as (

    select * from {{ source('ops', 'firm_fiscal_years') }}

),

renamed as (

    select
        cast(legal_entity_id as varchar) as legal_entity_id,
        cast(fiscal_year as integer) as fiscal_year,
        cast(start_date as date) as start_date,
        cast(week_count as integer) as week_count
    from source

)

select * from renamed
