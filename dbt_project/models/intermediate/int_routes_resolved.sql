-- The first rule that matches wins. Rules are dated by work_date, so the destination of an entry
-- does not move with the day of the run.
with

days as (

    select distinct
        legal_entity_id,
        entry_type,
        work_date
    from {{ ref('int_entries_unioned') }}

),

routes as (

    select * from {{ ref('stg_tieout__routes') }}

),

ranked as (

    select
        days.legal_entity_id,
        days.entry_type,
        days.work_date,
        routes.target,
        row_number() over (
            partition by days.legal_entity_id, days.entry_type, days.work_date
            order by routes.priority asc, routes.target asc
        ) as route_rank
    from days
    inner join routes
        on
            coalesce(routes.legal_entity_id, days.legal_entity_id) = days.legal_entity_id
            and coalesce(routes.entry_type, days.entry_type) = days.entry_type
            and days.work_date >= routes.valid_from
            and coalesce(days.work_date <= routes.valid_to, true)

)

select
    legal_entity_id,
    entry_type,
    work_date,
    target
from ranked
where route_rank = 1
