-- A system that lists no projects at all (files only) is read by its facts: its ids then serve as
-- project codes. In a system that lists projects, an id it does not list stays unmatched. Where
-- two systems own projects (after an acquisition), one code is one project only if the names agree
-- or the crosswalk says so; else the project known first keeps it, and the other is ambiguous.
with

records as (

    select * from {{ ref('int_projects_known') }}
    where version_rank = 1

),

mentions as (

    select * from {{ ref('int_project_references') }}

),

listing_systems as (

    select distinct source_system from {{ ref('int_projects_unioned') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind in ('project', 'legal_entity') and not is_ambiguous

),

ids as (

    select
        source_system,
        source_project_id,
        cast(null as varchar) as bill_currency_code
    from records
    union all
    select
        mentions.source_system,
        mentions.source_project_id,
        mentions.bill_currency_code
    from mentions
    left join records
        on
            mentions.source_system = records.source_system
            and mentions.source_project_id = records.source_project_id
    where records.source_project_id is null

),

described as (

    select
        ids.source_system,
        ids.source_project_id,
        records.source_project_id is not null or listing_systems.source_system is null as is_listed,
        case
            when listing_systems.source_system is null then ids.source_project_id
            else nullif(trim(records.project_code), '')
        end as project_code,
        records.project_name,
        records.source_client_id,
        records.billing_model,
        coalesce(records.contract_currency_code, ids.bill_currency_code) as contract_currency_code,
        records.cap_amount_contract,
        records.is_billable,
        records.raw_status,
        records.start_date,
        records.end_date,
        records.source_contract_id,
        records.service_line_code,
        records.region_code,
        records.cost_center_code,
        records.billing_code,
        records.budget_amount_contract,
        records.budget_hours,
        records.source_successor_project_id,
        entities.legal_entity_id,
        case
            when records.source_project_id is null then listing_systems.source_system is null
            else coalesce(records.is_active, true) and not records.is_deleted
        end as is_active,
        records.known_at,
        links.canonical_id as linked_id
    from ids
    left join records
        on
            ids.source_system = records.source_system
            and ids.source_project_id = records.source_project_id
    left join listing_systems on ids.source_system = listing_systems.source_system
    left join crosswalks as links
        on
            links.entity_kind = 'project'
            and ids.source_system = links.source_system
            and ids.source_project_id = links.source_id
    left join crosswalks as entity_links
        on
            entity_links.entity_kind = 'legal_entity'
            and records.source_system = entity_links.source_system
            and records.legal_entity_id = entity_links.source_id
    left join {{ ref('stg_tieout__legal_entities') }} as entities
        on
            coalesce(entity_links.canonical_id, records.legal_entity_id)
            = entities.legal_entity_id

),

{{ owned_records(
    'project', 'described', 'project_code', 'project_name',
    'is_active desc'
) }}

select * from owned
