{% set maturity_days = policy_number('first_pass_maturity_days', 45) %}
with

versions as (

    select
        entry_id,
        min(hours) != max(hours)
        or min(bill_rate) != max(bill_rate)
        or min(project_id) != max(project_id) as is_changed
    from {{ ref('fct_time_entry_versions') }}
    where is_effective
    group by entry_id

),

cohort as (

    select
        items.entry_id,
        items.legal_entity_id,
        items.client_id,
        items.project_id,
        items.hours,
        items.started_date as approved_date,
        versions.is_changed,
        coalesce(periods.end_date, items.work_date) as period_end_date,
        {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date
    from {{ ref('kpi_cycle_time_items') }} as items
    left join {{ ref('dim_legal_entities') }} as entities
        on items.legal_entity_id = entities.legal_entity_id
    left join {{ ref('dim_accounting_periods') }} as periods
        on
            items.legal_entity_id = periods.legal_entity_id
            and items.accounting_period_id = periods.accounting_period_id
    left join versions on items.entry_id = versions.entry_id
    where items.cycle_name = 'approved_to_invoiced' and items.entry_type = 'time'

),

allocations as (

    select
        entry_id,
        invoice_date,
        sum(case when billed_amount_contract > 0 then hours else 0 end) as billed_hours,
        max(case when billed_amount_contract < 0 then 1 else 0 end) as credited,
        min(min(case when billed_amount_contract > 0 then invoice_date end))
            over (partition by entry_id) as billed_date
    from {{ ref('fct_billing_allocations') }}
    where is_issued
    group by entry_id, invoice_date

),

runs as (

    select
        cohort.project_id,
        allocations.invoice_date
    from cohort
    inner join allocations on cohort.entry_id = allocations.entry_id
    where allocations.billed_hours > 0
    group by cohort.project_id, allocations.invoice_date

),

first_runs as (

    select
        cohort.entry_id,
        min(runs.invoice_date) as run_date
    from cohort
    inner join runs
        on
            cohort.project_id = runs.project_id
            and cohort.approved_date <= runs.invoice_date
            and cohort.period_end_date <= runs.invoice_date
    group by cohort.entry_id

),

settled as (

    select
        entry_id,
        min(billed_date) as billed_date,
        max(case when invoice_date = billed_date then billed_hours end) as billed_hours,
        max(credited) = 1 as is_credited
    from allocations
    where invoice_date <= {{ add_days('billed_date', maturity_days) }}
    group by entry_id

)

select
    cohort.entry_id,
    cohort.legal_entity_id,
    cohort.client_id,
    cohort.project_id,
    {{ month_id('cohort.approved_date') }} as approval_month,
    cohort.approved_date,
    first_runs.run_date as due_run_date,
    settled.billed_date,
    {{ add_days(month_end('cohort.approved_date'), maturity_days) }}
    <= cohort.as_of_date as is_mature,
    cohort.hours,
    cast(least(coalesce(settled.billed_hours, 0), cohort.hours) as decimal(18, 4)) as billed_hours,
    case
        when settled.billed_date is null then 'unbilled'
        when cohort.is_changed then 'changed'
        when settled.billed_date > first_runs.run_date then 'later_run'
        when settled.is_credited then 'credited'
        when settled.billed_hours < cohort.hours then 'in_part'
        else 'first_pass'
    end as billing_outcome,
    {{ as_of() }} as as_of_at
from cohort
left join settled on cohort.entry_id = settled.entry_id
left join first_runs on cohort.entry_id = first_runs.entry_id
