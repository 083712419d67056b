with

source as (

    select * from {{ source('ops', 'firm_policies') }}

),

renamed as (

    select
        cast(policy as varchar) as policy,  -- noqa: RF04
        cast(policy_value as varchar) as policy_value
    from source

)

select * from renamed
