with

source as (

    select * from {{ source('ops', 'crosswalk_accounts') }}

),

renamed as (

    select
        cast(legal_entity_id as varchar) as legal_entity_id,
        cast(target as varchar) as target,  -- noqa: RF04
        cast(purpose as varchar) as purpose,
        cast(account_code as varchar) as account_code
    from source

)

select * from renamed
