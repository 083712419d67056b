with

source as (

    select * from {{ source('ops', 'firm_owners') }}

),

renamed as (

    select
        cast(reason_code as varchar) as reason_code,
        cast(stage as varchar) as stage,  -- noqa: RF04
        cast(owner_role as varchar) as owner_role,
        cast(label as varchar) as label,  -- noqa: RF04
        cast(sla_business_days as integer) as sla_business_days,
        cast(fix as varchar) as fix
    from source

)

select * from renamed
