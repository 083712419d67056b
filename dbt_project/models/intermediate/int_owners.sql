-- A firm that names no owner and has one system only is owned by that system; with several
-- systems and no owner nothing is guessed.
with

ownerships as (

    select * from {{ ref('stg_tieout__ownerships') }}

),

system_roles as (

    select * from {{ ref('stg_tieout__system_roles') }}

),

only_systems as (

    select min(source_system) as source_system
    from system_roles
    having count(distinct source_system) = 1

),

kinds as (

    select 'worker' as entity
    union all
    select 'client' as entity
    union all
    select 'project' as entity

)

select
    kinds.entity,
    coalesce(ownerships.source_system, only_systems.source_system) as source_system
from kinds
left join ownerships on kinds.entity = ownerships.entity
left join only_systems on ownerships.source_system is null
where coalesce(ownerships.source_system, only_systems.source_system) is not null
