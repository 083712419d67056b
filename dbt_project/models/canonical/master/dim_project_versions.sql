-- What a project was on each day, by the versions of the record that owns the project. Fields of
-- other owners are not dated: dim_projects.
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

{{ dated_versions('versions', ['source_system', 'source_project_id']) }}

select
    owned.project_id || ':' || cast(spans.version_number as varchar) as project_version_id,
    owned.project_id,
    {{ span_start() }} as valid_from,
    {{ span_end() }} as valid_to,
    spans.next_first_day is null as is_newest,
    spans.project_name,
    coalesce(client_identities.client_id, {{ unknown_member() }}) as client_id,
    coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    spans.billing_model,
    spans.contract_currency_code,
    spans.cap_amount_contract,
    coalesce(spans.is_active, true) and not spans.is_deleted as is_active_in_psa,
    spans.is_billable,
    spans.raw_status,
    spans.start_date,
    spans.end_date,
    spans.source_contract_id,
    spans.service_line_code,
    spans.region_code,
    spans.cost_center_code,
    spans.billing_code,
    spans.budget_amount_contract,
    spans.budget_hours,
    spans.source_system,
    spans.source_project_id,
    spans.source_version,
    spans.known_at
from spans
inner join owned
    on
        spans.source_system = owned.source_system
        and spans.source_project_id = owned.source_project_id
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
