-- A project's number is what costs name.
with

source as (

    select * from {{ source('oracle_fusion', 'projects') }}

),

renamed as (

    select
        source_system,
        project_number as source_project_id,
        version as source_version,
        known_at,
        is_deleted,
        project_number as project_code,
        project_name,
        cast(null as varchar) as source_client_id,
        legal_entity_id,
        cast(null as varchar) as billing_model,
        currency_code as contract_currency_code,
        cast(null as decimal(18, 4)) as cap_amount_contract,
        project_status != 'Closed' as is_active,
        cast(null as boolean) as is_billable,
        project_status as raw_status,
        start_date,
        end_date
    from source

)

select * from renamed
