with

source as (

    select * from {{ source('d365_fo', 'projects') }}

),

renamed as (

    select
        source_system,
        id as source_project_id,
        version as source_version,
        known_at,
        is_deleted,
        id as project_code,
        name as project_name,
        nullif(customer, '') as source_client_id,
        legal_entity_id,
        cast(null as varchar) as billing_model,
        cast(null as varchar) as contract_currency_code,
        cast(null as decimal(18, 4)) as cap_amount_contract,
        stage = 'InProcess' as is_active,
        cast(null as boolean) as is_billable,
        stage as raw_status,
        start_date,
        end_date
    from source

)

select * from renamed
