with

source as (

    select * from {{ source('ops', 'firm') }}

),

renamed as (

    select
        cast(firm_id as varchar) as firm_id,
        cast(firm_name as varchar) as firm_name,
        cast(reporting_currency_code as varchar) as reporting_currency_code
    from source

)

select * from renamed
