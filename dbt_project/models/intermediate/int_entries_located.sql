-- Where an entry belongs: destination, the ERP whose rates apply, currencies, billing model.
with

entries as (

    select * from {{ ref('int_entries_unioned') }}

),

planned_targets as (

    select * from {{ ref('int_planned_targets') }}

),

routes as (

    select * from {{ ref('int_routes_resolved') }}

),

asked_projects as (

    select distinct project_id from {{ ref('int_route_projects') }}

),

entities as (

    select * from {{ ref('dim_legal_entities') }}

),

projects as (

    select * from {{ ref('dim_projects') }}

),

accounting_dates as (

    select * from {{ ref('int_accounting_dates') }}

),

posting_dates as (

    select * from {{ ref('int_posting_dates') }}

)

select
    entries.*,  -- noqa: AM04
    coalesce(planned_targets.target, routes.target) as target,  -- noqa: RF04
    coalesce(planned_targets.target, routes.target, entities.erp_system) as erp_system,
    entities.functional_currency_code,
    entities.reporting_currency_code,
    projects.billing_model,
    projects.contract_currency_code as project_currency_code,
    -- an amount is labelled with the currency it is in, even where the contract says another
    coalesce(
        entries.bill_currency_code,
        projects.contract_currency_code,
        entities.functional_currency_code
    ) as contract_currency_code,
    coalesce(entries.cost_currency_code, entities.functional_currency_code)
        as cost_basis_currency_code,
    coalesce(accounting_dates.work_period_id, {{ month_id('entries.work_date') }})
        as accounting_period_id,
    posting_dates.posting_accounting_date,
    posting_dates.posting_accounting_period_id
from entries
left join entities on entries.legal_entity_id = entities.legal_entity_id
left join projects on entries.project_id = projects.project_id
left join planned_targets on entries.entry_id = planned_targets.entry_id
left join asked_projects on entries.project_id = asked_projects.project_id
left join routes
    on
        entries.legal_entity_id = routes.legal_entity_id
        and coalesce(asked_projects.project_id, '*') = routes.route_project_id
        and entries.entry_type = routes.entry_type
        and entries.work_date = routes.work_date
left join accounting_dates
    on
        entries.legal_entity_id = accounting_dates.legal_entity_id
        and entries.work_date = accounting_dates.fact_date
left join posting_dates
    on
        entries.legal_entity_id = posting_dates.legal_entity_id
        and coalesce(planned_targets.target, routes.target, entities.erp_system, '')
        = coalesce(posting_dates.erp_system, '')
        and entries.entry_type = posting_dates.entry_type
        and entries.work_date = posting_dates.fact_date
