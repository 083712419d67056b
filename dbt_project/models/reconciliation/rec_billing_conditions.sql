-- What stands in the way of billing an item, apart from its contract; and how old it is.
with

corrections as (

    select entry_id
    from {{ ref('rec_adjusted_not_reclassified') }}
    group by entry_id

),

erp_projects as (

    select
        source_system as erp_system,
        project_id,
        max(case when is_active then 1 else 0 end) as active_count
    from {{ ref('dim_project_identities') }}
    where project_id is not null
    group by source_system, project_id

)

select
    items.posting_line_id,
    corrections.entry_id is not null as has_open_correction,
    case
        when items.client_id = {{ unknown_member() }}
            then (
                select count(*) > 1 from {{ ref('dim_clients') }}
            )
        else coalesce(not clients.is_active, false)
    end as is_client_invalid,
    coalesce(erp_projects.active_count = 0, false) as is_erp_project_inactive,
    coalesce(
        periods.end_date >= {{ local_date(as_of(), 'entities.time_zone') }}, false
    ) as is_period_running,
    {{ days_between(
        local_date('items.posted_at', 'entities.time_zone'),
        local_date(as_of(), 'entities.time_zone')
    ) }} as aging_days,
    {{ days_between('items.work_date', local_date(as_of(), 'entities.time_zone')) }}
        as aging_days_from_work,
    {{ as_of() }} as as_of_at
from {{ ref('rec_billing_items') }} as items
left join corrections on items.entry_id = corrections.entry_id
left join erp_projects
    on
        items.project_id = erp_projects.project_id
        and items.erp_system = erp_projects.erp_system
left join {{ ref('dim_clients') }} as clients on items.client_id = clients.client_id
left join {{ ref('dim_legal_entities') }} as entities
    on items.legal_entity_id = entities.legal_entity_id
left join {{ ref('dim_accounting_periods') }} as periods
    on
        items.legal_entity_id = periods.legal_entity_id
        and items.work_period_id = periods.accounting_period_id
