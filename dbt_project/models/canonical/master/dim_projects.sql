{% set fields = {
    'project_name': 'varchar', 'client_id': 'varchar', 'legal_entity_id': 'varchar',
    'billing_model': 'varchar', 'contract_currency_code': 'varchar',
    'cap_amount_contract': 'decimal(18, 4)', 'is_billable': 'boolean', 'start_date': 'date',
    'end_date': 'date', 'source_contract_id': 'varchar', 'service_line_code': 'varchar',
    'region_code': 'varchar', 'cost_center_code': 'varchar', 'billing_code': 'varchar',
    'budget_amount_contract': 'decimal(18, 4)', 'budget_hours': 'decimal(18, 4)'
} %}

with

ids as (

    select
        project_ids.*,
        client_identities.client_id
    from {{ ref('int_project_ids') }} as project_ids
    left join {{ ref('dim_client_identities') }} as client_identities
        on
            project_ids.source_system = client_identities.source_system
            and project_ids.source_client_id = client_identities.source_client_id
    where project_ids.is_owned and project_ids.owner_rank = 1

),

overrides as (

    {{ field_overrides('project', fields) }}

),

identities as (

    select * from {{ ref('dim_project_identities') }}

)

select
    ids.owner_id as project_id,
    ids.project_code,
    coalesce({{ owned_value('project_name') }}, ids.owner_id) as project_name,
    coalesce({{ owned_value('client_id') }}, {{ unknown_member() }}) as client_id,
    coalesce({{ owned_value('legal_entity_id') }}, {{ unknown_member() }}) as legal_entity_id,
    {{ owned_value('billing_model') }} as billing_model,
    {{ owned_value('contract_currency_code') }} as contract_currency_code,
    {{ owned_value('cap_amount_contract') }} as cap_amount_contract,
    ids.is_active as is_active_in_psa,
    {{ owned_value('is_billable') }} as is_billable,
    ids.raw_status,
    {{ owned_value('start_date') }} as start_date,
    {{ owned_value('end_date') }} as end_date,
    {{ owned_value('source_contract_id') }} as source_contract_id,
    {{ owned_value('service_line_code') }} as service_line_code,
    {{ owned_value('region_code') }} as region_code,
    {{ owned_value('cost_center_code') }} as cost_center_code,
    {{ owned_value('billing_code') }} as billing_code,
    {{ owned_value('budget_amount_contract') }} as budget_amount_contract,
    {{ owned_value('budget_hours') }} as budget_hours,
    successors.project_id as successor_project_id,
    ids.source_system,
    ids.source_project_id,
    ids.known_at
from ids
left join overrides on ids.owner_id = overrides.canonical_id
left join identities as successors
    on
        ids.source_system = successors.source_system
        and ids.source_successor_project_id = successors.source_project_id
union all
select
    {{ unknown_member() }} as project_id,
    cast(null as varchar) as project_code,
    'Unknown' as project_name,
    {{ unknown_member() }} as client_id,
    {{ unknown_member() }} as legal_entity_id,
    cast(null as varchar) as billing_model,
    cast(null as varchar) as contract_currency_code,
    cast(null as decimal(18, 4)) as cap_amount_contract,
    false as is_active_in_psa,
    cast(null as boolean) as is_billable,
    cast(null as varchar) as raw_status,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as varchar) as source_contract_id,
    cast(null as varchar) as service_line_code,
    cast(null as varchar) as region_code,
    cast(null as varchar) as cost_center_code,
    cast(null as varchar) as billing_code,
    cast(null as decimal(18, 4)) as budget_amount_contract,
    cast(null as decimal(18, 4)) as budget_hours,
    cast(null as varchar) as successor_project_id,
    cast(null as varchar) as source_system,
    cast(null as varchar) as source_project_id,
    cast(null as timestamp) as known_at
