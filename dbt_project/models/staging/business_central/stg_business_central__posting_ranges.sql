with

source as (

    select * from {{ source('business_central', 'general_ledger_setup') }}

),

renamed as (

    select
        source_system,
        version as source_version,
        known_at,
        allow_posting_from,
        allow_posting_to
    from source

)

select * from renamed
