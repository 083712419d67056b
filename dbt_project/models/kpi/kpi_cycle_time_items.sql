{# cycle, its order, where it starts and ends, and whose cycle_name it is #}
{% set cycles = [
    ('submitted_to_approved', 1, 'submitted_date', 'approved_date',
        "is_effective or approval_status = 'submitted'"),
    ('approved_to_posted', 2, 'approved_date', 'posted_date', 'is_effective'),
    ('posted_to_invoiced', 3, 'posted_date', 'invoiced_date',
        'is_effective and is_billed_by_the_hour'),
    ('approved_to_invoiced', 4, 'approved_date', 'invoiced_date',
        'is_effective and is_billed_by_the_hour'),
    ('period_end_to_invoiced', 5, 'period_end_date', 'invoiced_date',
        'is_effective and is_billed_by_the_hour and period_end_date < as_of_date')
] %}

with

traced as (

    select
        trace.*,
        periods.end_date as period_end_date,
        {{ is_billed_by_the_hour('entries', 'projects') }} as is_billed_by_the_hour,
        case
            when trace.approval_status != 'submitted'
                then {{ local_date('trace.approved_at', 'entities.time_zone') }}
        end as approved_date,
        {{ local_date('trace.submitted_at', 'entities.time_zone') }} as submitted_date,
        {{ local_date('trace.posted_at', 'entities.time_zone') }} as posted_date,
        -- what was credited in full waits for its invoice again
        case when trace.billed_amount_contract != 0 then trace.invoiced_date end as billed_date,
        {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date
    from {{ ref('fct_transaction_trace') }} as trace
    inner join {{ ref('fct_entries') }} as entries on trace.entry_id = entries.entry_id
    left join {{ ref('dim_projects') }} as projects on trace.project_id = projects.project_id
    left join {{ ref('dim_legal_entities') }} as entities
        on trace.legal_entity_id = entities.legal_entity_id
    left join {{ ref('dim_accounting_periods') }} as periods
        on
            trace.legal_entity_id = periods.legal_entity_id
            and trace.accounting_period_id = periods.accounting_period_id

),

items as (

    {% for cycle_name, cycle_order, started, ended, is_counted in cycles %}
        select
            '{{ cycle_name }}' as cycle_name,
            {{ cycle_order }} as cycle_order,
            entry_id,
            entry_type,
            legal_entity_id,
            accounting_period_id,
            client_id,
            project_id,
            work_date,
            hours,
            as_of_date,
            {{ started }} as started_date,
            {{ 'billed_date' if ended == 'invoiced_date' else ended }} as ended_date
        from traced
        where {{ is_counted }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    items.cycle_name || ':' || items.entry_id as cycle_time_item_id,
    items.cycle_name,
    items.cycle_order,
    items.entry_id,
    items.entry_type,
    items.legal_entity_id,
    items.accounting_period_id,
    items.client_id,
    items.project_id,
    items.work_date,
    items.hours,
    case
        when items.entry_type = 'time' then cast(abs(items.hours) as decimal(18, 4))
        else cast(1 as decimal(18, 4))
    end as weight,
    items.started_date,
    items.ended_date,
    case
        when items.ended_date is null then 'open'
        when items.ended_date < items.started_date then 'unmeasured'
        else 'completed'
    end as item_status,
    items.ended_date is null as is_censored,
    {{ days_between('items.started_date', 'coalesce(items.ended_date, items.as_of_date)') }}
        as calendar_days,
    {{ business_days_between(
        'items.started_date', 'coalesce(items.ended_date, items.as_of_date)'
    ) }} as business_days,
    {{ as_of() }} as as_of_at
from items
where items.started_date is not null
