-- A system that lists no workers at all (files only) is read by its facts: its ids then serve as
-- employee numbers. In a system that lists workers, an id it does not list stays unmatched. Where
-- two systems own workers (after an acquisition), one code is one worker only if the names agree
-- or the crosswalk says so; else the worker known first keeps it, and the other is ambiguous.
with

records as (

    select * from {{ ref('int_workers_known') }}
    where version_rank = 1

),

mentions as (

    select * from {{ ref('int_worker_references') }}

),

listing_systems as (

    select distinct source_system from {{ ref('int_workers_unioned') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind in ('worker', 'legal_entity') and not is_ambiguous

),

ids as (

    select
        source_system,
        source_worker_id
    from records
    union all
    select
        mentions.source_system,
        mentions.source_worker_id
    from mentions
    left join records
        on
            mentions.source_system = records.source_system
            and mentions.source_worker_id = records.source_worker_id
    where records.source_worker_id is null

),

described as (

    select
        ids.source_system,
        ids.source_worker_id,
        records.source_worker_id is not null or listing_systems.source_system is null as is_listed,
        case
            when listing_systems.source_system is null then ids.source_worker_id
            else nullif(trim(records.employee_number), '')
        end as employee_number,
        nullif(lower(trim(records.email)), '') as email,
        records.worker_name,
        records.worker_type,
        records.employment_status,
        records.hired_date,
        records.terminated_date,
        records.job_title,
        records.labour_category,
        records.cost_center_code,
        records.service_line_code,
        records.region_code,
        records.weekly_capacity_hours,
        records.cost_rate,
        records.manager_source_id,
        records.skills,
        entities.legal_entity_id,
        case
            when records.source_worker_id is null then listing_systems.source_system is null
            else coalesce(records.is_active, true) and not records.is_deleted
        end as is_active,
        records.known_at,
        links.canonical_id as linked_id
    from ids
    left join records
        on
            ids.source_system = records.source_system
            and ids.source_worker_id = records.source_worker_id
    left join listing_systems on ids.source_system = listing_systems.source_system
    left join crosswalks as links
        on
            links.entity_kind = 'worker'
            and ids.source_system = links.source_system
            and ids.source_worker_id = links.source_id
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
    'worker', 'described', 'employee_number', 'worker_name',
    'is_active desc, hired_date desc nulls last'
) }}

select * from owned
