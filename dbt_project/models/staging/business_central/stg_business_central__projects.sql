-- The API shows number and name only. A project that takes no more postings shows when Business
-- Central refuses one, so every project counts as active here.
with

source as (

    select * from {{ source('business_central', 'projects') }}

),

renamed as (

    select
        source_system,
        number as source_project_id,
        version as source_version,
        known_at,
        is_deleted,
        number as project_code,
        display_name as project_name,
        cast(null as varchar) as source_client_id,
        company__legal_entity as legal_entity_id,
        cast(null as varchar) as billing_model,
        cast(null as varchar) as contract_currency_code,
        cast(null as decimal(18, 4)) as cap_amount_contract,
        true as is_active,
        cast(null as boolean) as is_billable,
        cast(null as varchar) as raw_status,
        cast(null as date) as start_date,
        cast(null as date) as end_date
    from source

)

select * from renamed
