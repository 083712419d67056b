-- A system that lists no clients at all (files only) is read by its facts: its ids then serve as
-- client codes. In a system that lists clients, an id it does not list stays unmatched. Where
-- two systems own clients (after an acquisition), one code is one client only if the names agree
-- or the crosswalk says so; else the client known first keeps it, and the other is ambiguous.
with

records as (

    select * from {{ ref('int_clients_known') }}
    where version_rank = 1

),

mentions as (

    select * from {{ ref('int_client_references') }}

),

listing_systems as (

    select distinct source_system from {{ ref('int_clients_unioned') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind in ('client', 'legal_entity') and not is_ambiguous

),

ids as (

    select
        source_system,
        source_client_id
    from records
    union all
    select
        mentions.source_system,
        mentions.source_client_id
    from mentions
    left join records
        on
            mentions.source_system = records.source_system
            and mentions.source_client_id = records.source_client_id
    where records.source_client_id is null

),

described as (

    select
        ids.source_system,
        ids.source_client_id,
        records.source_client_id is not null or listing_systems.source_system is null as is_listed,
        case
            when listing_systems.source_system is null then ids.source_client_id
            else nullif(trim(records.client_code), '')
        end as client_code,
        records.client_name,
        records.currency_code,
        records.tax_jurisdiction_code,
        records.tax_registration,
        records.payment_terms_days,
        entities.legal_entity_id,
        case
            when records.source_client_id is null then listing_systems.source_system is null
            else coalesce(records.is_active, true) and not records.is_deleted
        end as is_active,
        records.known_at,
        links.canonical_id as linked_id
    from ids
    left join records
        on
            ids.source_system = records.source_system
            and ids.source_client_id = records.source_client_id
    left join listing_systems on ids.source_system = listing_systems.source_system
    left join crosswalks as links
        on
            links.entity_kind = 'client'
            and ids.source_system = links.source_system
            and ids.source_client_id = links.source_id
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
    'client', 'described', 'client_code', 'client_name',
    'is_active desc'
) }}

select * from owned
