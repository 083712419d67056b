with

source as (

    select * from {{ source('ops', 'posting_manifest') }}

),

renamed as (

    select
        cast(posting_key as varchar) as posting_key,
        cast(entry_id as varchar) as entry_id,
        cast(source_version as bigint) as source_version,
        cast(hours as decimal(18, 4)) as hours,
        cast(cost_amount_functional as decimal(18, 4)) as cost_amount_functional,
        cast(bill_amount_contract as decimal(18, 4)) as bill_amount_contract
    from source

)

select * from renamed
