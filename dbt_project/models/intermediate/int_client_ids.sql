-- A system that lists no clients at all (files only) is read by its facts: its ids then serve as
-- client codes. In a system that lists clients, an id it does not list stays unmatched.
with

clients as (

    select * from {{ ref('int_clients_known') }}
    where version_rank = 1

),

mentions as (

    select * from {{ ref('int_client_references') }}

),

owners as (

    select distinct source_system from {{ ref('int_owners') }}
    where entity = 'client' and field is null

),

listing_systems as (

    select distinct source_system from {{ ref('int_clients_unioned') }}

),

listed as (

    select
        source_system,
        source_client_id,
        true as is_listed,
        nullif(trim(client_code), '') as client_code,
        client_name,
        currency_code,
        coalesce(is_active, true) and not is_deleted as is_active,
        known_at
    from clients

),

mentioned as (

    select
        mentions.source_system,
        mentions.source_client_id,
        listing_systems.source_system is null as is_listed,
        case
            when listing_systems.source_system is null then mentions.source_client_id
        end as client_code,
        cast(null as varchar) as client_name,
        cast(null as varchar) as currency_code,
        listing_systems.source_system is null as is_active,
        cast(null as timestamp) as known_at
    from mentions
    left join listing_systems on mentions.source_system = listing_systems.source_system
    left join listed
        on
            mentions.source_system = listed.source_system
            and mentions.source_client_id = listed.source_client_id
    where listed.source_client_id is null

),

combined as (

    select * from listed
    union all
    select * from mentioned

)

select
    combined.*,
    combined.is_listed and owners.source_system is not null as is_owned
from combined
left join owners on combined.source_system = owners.source_system
