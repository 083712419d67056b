-- A system that lists no workers at all (files only) is read by its facts: its ids then serve as
-- employee numbers. In a system that lists workers, an id it does not list stays unmatched.
with

workers as (

    select * from {{ ref('int_workers_known') }}
    where version_rank = 1

),

mentions as (

    select * from {{ ref('int_worker_references') }}

),

owners as (

    select distinct source_system from {{ ref('int_owners') }}
    where entity = 'worker' and field is null

),

listing_systems as (

    select distinct source_system from {{ ref('int_workers_unioned') }}

),

listed as (

    select
        source_system,
        source_worker_id,
        true as is_listed,
        nullif(trim(employee_number), '') as employee_number,
        nullif(lower(trim(email)), '') as email,
        worker_name,
        worker_type,
        employment_status,
        hired_date,
        terminated_date,
        legal_entity_id,
        job_title,
        coalesce(is_active, true) and not is_deleted as is_active,
        known_at
    from workers

),

mentioned as (

    select
        mentions.source_system,
        mentions.source_worker_id,
        listing_systems.source_system is null as is_listed,
        case
            when listing_systems.source_system is null then mentions.source_worker_id
        end as employee_number,
        cast(null as varchar) as email,
        cast(null as varchar) as worker_name,
        cast(null as varchar) as worker_type,
        cast(null as varchar) as employment_status,
        cast(null as date) as hired_date,
        cast(null as date) as terminated_date,
        cast(null as varchar) as legal_entity_id,
        cast(null as varchar) as job_title,
        listing_systems.source_system is null as is_active,
        cast(null as timestamp) as known_at
    from mentions
    left join listing_systems on mentions.source_system = listing_systems.source_system
    left join listed
        on
            mentions.source_system = listed.source_system
            and mentions.source_worker_id = listed.source_worker_id
    where listed.source_worker_id is null

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
