with

source as (

    select * from {{ source('ops', 'firm_systems') }}

),

renamed as (

    select
        cast(source_system as varchar) as source_system,
        cast(vendor as varchar) as vendor,
        cast(role as varchar) as role  -- noqa: RF04
    from source

)

select * from renamed
