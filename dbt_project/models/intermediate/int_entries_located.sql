-- Where a version belongs: destination, the ERP whose rates apply, the contract line it is under.
with

contract_lines as (

    select * from {{ ref('dim_contract_lines') }}
    where is_active

),

-- without a line of its own, an entry is under the only contract of its project
only_contracts as (

    select
        project_id,
        min(contract_id) as contract_id
    from contract_lines
    group by project_id
    having count(distinct contract_id) = 1

),

asked_projects as (

    select distinct project_id from {{ ref('int_route_projects') }}

),

located as (

    select
        entries.*,
        coalesce(planned_targets.target, entry_plans.target, posted_targets.target, routes.target)
            as target, -- noqa: RF04
        coalesce(
            planned_targets.target, entry_plans.target, posted_targets.target, routes.target,
            entities.erp_system
        ) as erp_system,
        coalesce(
            planned_targets.grain, entry_plans.grain,
            case when posted_targets.target is null then routes.grain end, 'entry'
        ) as posting_grain,
        entities.functional_currency_code,
        entities.reporting_currency_code,
        projects.billing_model,
        coalesce(contract_lines.currency_code, projects.contract_currency_code)
            as project_currency_code,
        coalesce(entries.source_labour_category, workers.labour_category) as labour_category,
        coalesce(projects.service_line_code, workers.service_line_code) as service_line_code,
        coalesce(projects.region_code, workers.region_code) as region_code,
        coalesce(projects.cost_center_code, workers.cost_center_code) as cost_center_code,
        coalesce(contract_lines.contract_id, contract_ids.contract_id, only_contracts.contract_id)
            as contract_id,
        {% for column in [
            'contract_line_id', 'line_type', 'markup_percent', 'discount_percent',
            'needs_vendor_bill'
        ] %} contract_lines.{{ column }}, {% endfor %}
        coalesce(resolved.is_ambiguous and entries.is_billable, false)
            as is_contract_line_ambiguous,
        coalesce(accounting_dates.work_period_id, {{ month_id('entries.work_date') }})
            as accounting_period_id
    from {{ ref('int_entries_unioned') }} as entries
    left join {{ ref('dim_legal_entities') }} as entities
        on entries.legal_entity_id = entities.legal_entity_id
    left join {{ ref('dim_projects') }} as projects on entries.project_id = projects.project_id
    left join {{ ref('dim_worker_versions') }} as workers
        on
            entries.worker_id = workers.worker_id
            and entries.work_date >= workers.valid_from
            and entries.work_date <= workers.valid_to
    left join {{ ref('int_contract_lines_resolved') }} as resolved
        on
            entries.project_id = resolved.project_id
            and coalesce(entries.task_id, '') = coalesce(resolved.task_id, '')
            and entries.entry_type = resolved.entry_type
            and coalesce(workers.worker_type = 'contractor', false) = resolved.is_contractor
            and entries.work_date = resolved.work_date
    left join contract_lines on resolved.contract_line_id = contract_lines.contract_line_id
    left join {{ ref('int_contract_ids') }} as contract_ids
        on
            projects.source_system = contract_ids.source_system
            and projects.source_contract_id = contract_ids.source_contract_id
    left join only_contracts on entries.project_id = only_contracts.project_id
    left join {{ ref('int_planned_targets') }} as planned_targets
        on
            entries.entry_id = planned_targets.entry_id
            and entries.legal_entity_id = planned_targets.legal_entity_id
    left join {{ ref('int_planned_targets') }} as entry_plans
        on entries.entry_id = entry_plans.entry_id and entry_plans.legal_entity_id is null
    left join {{ ref('int_posted_targets') }} as posted_targets
        on entries.entry_id = posted_targets.entry_id
    left join asked_projects on entries.project_id = asked_projects.project_id
    left join {{ ref('int_routes_resolved') }} as routes
        on
            entries.legal_entity_id = routes.legal_entity_id
            and coalesce(asked_projects.project_id, '*') = routes.route_project_id
            and entries.entry_type = routes.entry_type
            and entries.work_date = routes.work_date
    left join {{ ref('int_accounting_dates') }} as accounting_dates
        on
            entries.legal_entity_id = accounting_dates.legal_entity_id
            and entries.work_date = accounting_dates.fact_date

)

select
    located.*,  -- noqa: AM04
    {{ surrogate_key([
        'located.worker_id', 'located.project_id', 'located.client_id', 'located.legal_entity_id',
        'located.contract_id', 'located.contract_line_id', 'located.labour_category'
    ]) }} as rate_key,
    posting_dates.posting_accounting_date,
    posting_dates.posting_accounting_period_id
from located
left join {{ ref('int_posting_dates') }} as posting_dates
    on
        located.legal_entity_id = posting_dates.legal_entity_id
        and coalesce(located.erp_system, '') = coalesce(posting_dates.erp_system, '')
        and located.entry_type = posting_dates.entry_type
        and located.work_date = posting_dates.fact_date
