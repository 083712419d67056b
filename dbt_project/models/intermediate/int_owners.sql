-- A firm that names no owner of its master data and has one system only is owned by that system;
-- with several systems and no owner nothing is guessed. A row with a field beats the row of the
-- whole record; a row of the legal entity beats the row of all.
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

),

owned_records as (

    select distinct entity
    from ownerships
    where field is null

)

select
    entity,
    field,
    source_system,
    legal_entity_id,
    valid_from,
    valid_to
from ownerships
union all
select
    kinds.entity,
    cast(null as varchar) as field,
    only_systems.source_system,
    cast(null as varchar) as legal_entity_id,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to
from kinds
left join owned_records on kinds.entity = owned_records.entity
inner join only_systems on owned_records.entity is null
