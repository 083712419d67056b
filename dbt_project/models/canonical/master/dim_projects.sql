with

ids as (

    select
        *,
        coalesce(project_code, source_project_id) as project_id
    from {{ ref('int_project_ids') }}
    where is_owned

),

client_identities as (

    select * from {{ ref('dim_client_identities') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

entities as (

    select * from {{ ref('dim_legal_entities') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by project_id
            order by is_active desc, source_project_id asc
        ) as record_rank
    from ids

)

select
    ranked.project_id,
    ranked.project_code,
    coalesce(ranked.project_name, ranked.project_id) as project_name,
    coalesce(client_identities.client_id, {{ unknown_member() }}) as client_id,
    coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    ranked.billing_model,
    ranked.contract_currency_code,
    ranked.cap_amount_contract,
    ranked.is_active as is_active_in_psa,
    ranked.is_billable,
    ranked.raw_status,
    ranked.start_date,
    ranked.end_date,
    ranked.source_system,
    ranked.source_project_id,
    ranked.known_at
from ranked
left join client_identities
    on
        ranked.source_system = client_identities.source_system
        and ranked.source_client_id = client_identities.source_client_id
left join crosswalks
    on
        ranked.source_system = crosswalks.source_system
        and ranked.legal_entity_id = crosswalks.source_id
left join entities
    on coalesce(crosswalks.canonical_id, ranked.legal_entity_id) = entities.legal_entity_id
where ranked.record_rank = 1
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
    cast(null as varchar) as source_system,
    cast(null as varchar) as source_project_id,
    cast(null as timestamp) as known_at
