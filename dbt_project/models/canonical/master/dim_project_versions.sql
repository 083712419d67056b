-- What a project was on each day, by the versions of the record that owns the project. A field that
-- another system owns has its newest value on all days.
{% set fields = {
    'project_name': 'varchar', 'client_id': 'varchar', 'legal_entity_id': 'varchar',
    'billing_model': 'varchar', 'contract_currency_code': 'varchar',
    'cap_amount_contract': 'decimal(18, 4)', 'is_billable': 'boolean', 'start_date': 'date',
    'end_date': 'date', 'source_contract_id': 'varchar', 'service_line_code': 'varchar',
    'region_code': 'varchar', 'cost_center_code': 'varchar', 'billing_code': 'varchar',
    'budget_amount_contract': 'decimal(18, 4)', 'budget_hours': 'decimal(18, 4)'
} %}

with

versions as (

    select * from {{ ref('int_projects_known') }}

),

owned as (

    select
        owner_id as project_id,
        source_system,
        source_project_id
    from {{ ref('int_project_ids') }}
    where is_owned and owner_rank = 1

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

overrides as (

    {{ field_overrides('project', fields) }}

),

{{ dated_versions('versions', ['source_system', 'source_project_id']) }}

select
    owned.project_id || ':' || cast(spans.version_number as varchar) as project_version_id,
    owned.project_id,
    {{ span_start() }} as valid_from,
    {{ span_end() }} as valid_to,
    spans.next_first_day is null as is_newest,
    {{ owned_value('project_name', 'spans') }} as project_name,
    coalesce({{ owned_value('client_id', 'client_identities') }}, {{ unknown_member() }})
        as client_id,
    coalesce({{ owned_value('legal_entity_id', 'entities') }}, {{ unknown_member() }})
        as legal_entity_id,
    {{ owned_value('billing_model', 'spans') }} as billing_model,
    {{ owned_value('contract_currency_code', 'spans') }} as contract_currency_code,
    {{ owned_value('cap_amount_contract', 'spans') }} as cap_amount_contract,
    coalesce(spans.is_active, true) and not spans.is_deleted as is_active_in_psa,
    {{ owned_value('is_billable', 'spans') }} as is_billable,
    spans.raw_status,
    {{ owned_value('start_date', 'spans') }} as start_date,
    {{ owned_value('end_date', 'spans') }} as end_date,
    {{ owned_value('source_contract_id', 'spans') }} as source_contract_id,
    {{ owned_value('service_line_code', 'spans') }} as service_line_code,
    {{ owned_value('region_code', 'spans') }} as region_code,
    {{ owned_value('cost_center_code', 'spans') }} as cost_center_code,
    {{ owned_value('billing_code', 'spans') }} as billing_code,
    {{ owned_value('budget_amount_contract', 'spans') }} as budget_amount_contract,
    {{ owned_value('budget_hours', 'spans') }} as budget_hours,
    spans.source_system,
    spans.source_project_id,
    spans.source_version,
    spans.known_at
from spans
inner join owned
    on
        spans.source_system = owned.source_system
        and spans.source_project_id = owned.source_project_id
left join overrides on owned.project_id = overrides.canonical_id
left join {{ ref('dim_client_identities') }} as client_identities
    on
        spans.source_system = client_identities.source_system
        and spans.source_client_id = client_identities.source_client_id
left join crosswalks
    on
        spans.source_system = crosswalks.source_system
        and spans.legal_entity_id = crosswalks.source_id
left join {{ ref('stg_tieout__legal_entities') }} as entities
    on coalesce(crosswalks.canonical_id, spans.legal_entity_id) = entities.legal_entity_id
