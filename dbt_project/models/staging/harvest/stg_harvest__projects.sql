with

source as (

    select * from {{ source('harvest', 'projects') }}

),

renamed as (

    select
        source_system,
        id as source_project_id,
        version as source_version,
        known_at,
        is_deleted,
        code as project_code,
        name as project_name,
        client__id as source_client_id,
        cast(null as varchar) as legal_entity_id,
        case
            when is_fixed_fee then 'fixed_fee'
            when is_billable then 'time_and_materials'
        end as billing_model,
        client__currency as contract_currency_code,
        cast(null as decimal(18, 4)) as cap_amount_contract,
        is_active,
        is_billable,
        case when is_active then 'active' else 'archived' end as raw_status,
        starts_on as start_date,
        ends_on as end_date,
        case when budget_by = 'project' then budget end as budget_hours,
        cost_budget as budget_amount_contract
    from source

)

select * from renamed
