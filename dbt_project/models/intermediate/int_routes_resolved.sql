-- The first rule that matches wins. Rules are dated by work_date, so the destination of an entry
-- does not move with the day of the run. A project counts only where some rule asks for it.
with

route_projects as (

    select * from {{ ref('int_route_projects') }}

),

asked_projects as (

    select distinct project_id from route_projects

),

days as (

    select distinct
        entries.legal_entity_id,
        entries.entry_type,
        entries.work_date,
        coalesce(asked_projects.project_id, '*') as route_project_id
    from {{ ref('int_entries_unioned') }} as entries
    left join asked_projects on entries.project_id = asked_projects.project_id

),

routes as (

    select
        *,
        coalesce(
            client_id, project_id, contract_id, service_line_code, region_code,
            tax_jurisdiction_code
        ) is not null as asks_for_project
    from {{ ref('stg_tieout__routes') }}

),

ranked as (

    select
        days.legal_entity_id,
        days.entry_type,
        days.work_date,
        days.route_project_id,
        routes.target,
        routes.grain,
        row_number() over (
            partition by
                days.legal_entity_id, days.entry_type, days.work_date, days.route_project_id
            order by routes.priority asc, routes.target asc
        ) as route_rank
    from days
    inner join routes
        on
            coalesce(routes.legal_entity_id, days.legal_entity_id) = days.legal_entity_id
            and coalesce(routes.entry_type, days.entry_type) = days.entry_type
            and days.work_date >= routes.valid_from
            and coalesce(days.work_date <= routes.valid_to, true)
    left join route_projects
        on
            routes.priority = route_projects.priority
            and days.route_project_id = route_projects.project_id
    where not routes.asks_for_project or route_projects.project_id is not null

)

select
    legal_entity_id,
    entry_type,
    work_date,
    route_project_id,
    target,
    grain
from ranked
where route_rank = 1
