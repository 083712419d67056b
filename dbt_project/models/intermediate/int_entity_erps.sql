-- The ERP an entity posts to at K decides its calendar and its exchange rates. A firm without
-- routing that has exactly one ERP keeps its books there.
with

entities as (

    select * from {{ ref('stg_tieout__legal_entities') }}

),

routes as (

    select * from {{ ref('stg_tieout__routes') }}
    where
        valid_from <= cast({{ as_of() }} as date)
        and coalesce(valid_to >= cast({{ as_of() }} as date), true)

),

only_erps as (

    select min(source_system) as source_system
    from {{ ref('stg_tieout__system_roles') }}
    where role = 'erp'
    having count(distinct source_system) = 1

),

ranked as (

    select
        entities.legal_entity_id,
        coalesce(routes.target, only_erps.source_system) as erp_system,
        row_number() over (
            partition by entities.legal_entity_id
            order by routes.priority asc nulls last, routes.target asc nulls last
        ) as route_rank
    from entities
    left join routes
        on coalesce(routes.legal_entity_id, entities.legal_entity_id) = entities.legal_entity_id
    left join only_erps on routes.target is null

)

select
    legal_entity_id,
    erp_system
from ranked
where route_rank = 1
