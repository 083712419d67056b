-- The ledgers that may take an entity's postings: every destination that a rule names for it, with
-- the days it names, and the ERP that keeps its books at K. Who tells the periods of a ledger is
-- the ERP itself, unless the firm names another record of accounting periods.
with

entity_erps as (

    select * from {{ ref('int_entity_erps') }}

),

routes as (

    select * from {{ ref('stg_tieout__routes') }}

),

owners as (

    select
        legal_entity_id,
        source_system
    from {{ ref('int_owners') }}
    where
        entity = 'accounting_period'
        and field is null
        and coalesce(valid_from <= cast({{ as_of() }} as date), true)
        and coalesce(valid_to >= cast({{ as_of() }} as date), true)

),

-- an entry keeps the destination of its plan or its first line, whatever the rules say since
kept as (

    select target from {{ ref('int_planned_targets') }}
    union all
    select target from {{ ref('int_posted_targets') }}

),

kept_targets as (

    select distinct target from kept

),

destinations as (

    select
        entity_erps.legal_entity_id,
        routes.target as erp_system,
        routes.valid_from,
        coalesce(routes.valid_to, cast('9999-12-31' as date)) as valid_to,
        1 as route_count
    from entity_erps
    inner join routes
        on
            coalesce(routes.legal_entity_id, entity_erps.legal_entity_id)
            = entity_erps.legal_entity_id
    union all
    select
        legal_entity_id,
        erp_system,
        cast('9999-12-31' as date) as valid_from,
        cast('9999-12-31' as date) as valid_to,
        1 as route_count
    from entity_erps
    union all
    select
        entity_erps.legal_entity_id,
        kept_targets.target as erp_system,
        cast('9999-12-31' as date) as valid_from,
        cast('9999-12-31' as date) as valid_to,
        0 as route_count
    from entity_erps
    cross join kept_targets

),

ledgers as (

    select
        legal_entity_id,
        erp_system,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to,
        sum(route_count) > 0 as is_routed
    from destinations
    group by legal_entity_id, erp_system

)

select
    ledgers.legal_entity_id,
    ledgers.erp_system,
    ledgers.valid_from,
    ledgers.valid_to,
    coalesce(ledgers.erp_system, '') = coalesce(entity_erps.erp_system, '') as is_current,
    ledgers.is_routed,
    coalesce(entity_owners.source_system, firm_owners.source_system, ledgers.erp_system)
        as period_system
from ledgers
left join entity_erps on ledgers.legal_entity_id = entity_erps.legal_entity_id
left join owners as entity_owners on ledgers.legal_entity_id = entity_owners.legal_entity_id
left join owners as firm_owners on firm_owners.legal_entity_id is null
