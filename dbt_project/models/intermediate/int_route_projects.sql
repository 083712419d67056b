-- Which projects meet the conditions of a rule that asks more than entity and type. A project, a
-- client and a contract are named by id or code; a project belongs to the contracts that name it
-- or that its own record names.
with

routes as (

    select * from {{ ref('stg_tieout__routes') }}
    where
        client_id is not null
        or project_id is not null
        or contract_id is not null
        or service_line_code is not null
        or region_code is not null
        or tax_jurisdiction_code is not null

),

projects as (

    select * from {{ ref('dim_projects') }}

),

clients as (

    select * from {{ ref('dim_clients') }}

),

contract_names as (

    select
        contract_lines.project_id,
        contracts.contract_id,
        contracts.contract_code
    from {{ ref('dim_contract_lines') }} as contract_lines
    inner join {{ ref('dim_contracts') }} as contracts
        on contract_lines.contract_id = contracts.contract_id
    union all
    select
        projects.project_id,
        coalesce(contracts.contract_id, projects.source_contract_id) as contract_id,
        contracts.contract_code
    from projects
    left join {{ ref('dim_contracts') }} as contracts
        on
            projects.source_contract_id = contracts.source_contract_id
            and projects.source_system = contracts.source_system
    where projects.source_contract_id is not null

),

contract_projects as (

    select
        routes.priority,
        contract_names.project_id
    from routes
    inner join contract_names
        on
            routes.contract_id = contract_names.contract_id
            or routes.contract_id = contract_names.contract_code
    group by routes.priority, contract_names.project_id

)

select
    routes.priority,
    projects.project_id
from routes
inner join projects
    on
        coalesce(routes.project_id in (projects.project_id, projects.project_code), true)
        and coalesce(
            routes.service_line_code = projects.service_line_code,
            routes.service_line_code is null
        )
        and coalesce(routes.region_code = projects.region_code, routes.region_code is null)
left join clients on projects.client_id = clients.client_id
left join contract_projects
    on
        routes.priority = contract_projects.priority
        and projects.project_id = contract_projects.project_id
where
    (routes.contract_id is null or contract_projects.project_id is not null)
    and coalesce(
        routes.client_id = clients.client_id or routes.client_id = clients.client_code,
        routes.client_id is null
    )
    and coalesce(
        routes.tax_jurisdiction_code = clients.tax_jurisdiction_code,
        routes.tax_jurisdiction_code is null
    )
