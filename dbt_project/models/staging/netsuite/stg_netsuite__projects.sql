with

source as (

    select * from {{ source('netsuite', 'jobs') }}

),

renamed as (

    select
        source_system,
        id as source_project_id,
        version as source_version,
        known_at,
        is_deleted,
        entityid as project_code,
        companyname as project_name,
        customer as source_client_id,
        coalesce(subsidiary_external_id, subsidiary_id) as legal_entity_id,
        cast(null as varchar) as billing_model,
        currency_code as contract_currency_code,
        cast(null as decimal(18, 4)) as cap_amount_contract,
        isinactive = 'F' as is_active,
        cast(null as boolean) as is_billable,
        case when isinactive = 'F' then 'active' else 'inactive' end as raw_status,
        startdate as start_date,
        projectedenddate as end_date
    from source

)

select * from renamed
