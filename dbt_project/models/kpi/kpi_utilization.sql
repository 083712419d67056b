{# definition of dim_metric_definitions, its numerator and its denominator #}
{% set definitions = [
    ('billable', 'billable_hours', 'available_hours'),
    ('billable_including_time_off', 'billable_hours', 'capacity_hours'),
    ('productive', 'productive_hours', 'available_hours'),
    ('billable_of_recorded', 'billable_hours', 'recorded_hours')
] %}

with

worked as (

    select
        entries.worker_id,
        {{ week_start('entries.work_date') }} as week_start_date,
        sum(entries.hours) as recorded_hours,
        sum(case when entries.is_billable then entries.hours else 0 end) as billable_hours,
        sum(
            case
                when coalesce(projects.billing_model, entries.billing_model, '') = 'internal' then 0
                else entries.hours
            end
        ) as productive_hours
    from {{ ref('fct_entries') }} as entries
    left join {{ ref('dim_projects') }} as projects on entries.project_id = projects.project_id
    where
        entries.entry_type = 'time'
        and entries.is_effective
        and entries.worker_id != {{ unknown_member() }}
    group by entries.worker_id, {{ week_start('entries.work_date') }}

),

weeks as (

    select
        week_start_date,
        {{ add_days('week_start_date', 6) }} as week_end_date
    from worked
    group by week_start_date

),

-- what of each span lies in the week, a fifth of its weekly hours per weekday
spans as (

    select
        capacities.worker_id,
        capacities.capacity_kind,
        weeks.week_start_date,
        {{ money_div(
            multiply('capacities.weekly_hours', weekdays_within(
                'greatest(capacities.start_date, weeks.week_start_date)',
                'least(capacities.end_date, weeks.week_end_date)'
            ), 4, 0),
            5, 4, 4, 0
        ) }} as span_hours
    from {{ ref('fct_worker_capacities') }} as capacities
    inner join weeks
        on
            capacities.start_date <= weeks.week_end_date
            and capacities.end_date >= weeks.week_start_date
    where capacities.worker_id != {{ unknown_member() }}

),

available as (

    select
        worker_id,
        week_start_date,
        sum(case when capacity_kind = 'working' then span_hours else 0 end) as capacity_hours,
        sum(case when capacity_kind = 'working' then span_hours else -span_hours end)
            as available_hours
    from spans
    group by worker_id, week_start_date

),

worker_weeks as (

    select
        coalesce(worked.worker_id, available.worker_id) as worker_id,
        coalesce(worked.week_start_date, available.week_start_date) as week_start_date,
        coalesce(worked.recorded_hours, 0) as recorded_hours,
        coalesce(worked.billable_hours, 0) as billable_hours,
        coalesce(worked.productive_hours, 0) as productive_hours,
        available.capacity_hours,
        greatest(available.available_hours, 0) as available_hours
    from worked
    full outer join available
        on
            worked.worker_id = available.worker_id
            and worked.week_start_date = available.week_start_date

),

measured as (

    {% for definition, numerator, denominator in definitions %}
        select
            '{{ definition }}' as definition_name,
            worker_id,
            week_start_date,
            cast({{ numerator }} as decimal(18, 4)) as numerator_hours,
            cast({{ denominator }} as decimal(18, 4)) as denominator_hours
        from worker_weeks
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    measured.worker_id || ':' || cast(measured.week_start_date as varchar) || ':'
    || definitions.metric_definition_id as utilization_id,
    definitions.metric_definition_id,
    measured.definition_name,
    definitions.is_base,
    measured.worker_id,
    workers.legal_entity_id,
    measured.week_start_date,
    {{ month_id('measured.week_start_date') }} as month_of_week,
    measured.numerator_hours,
    measured.denominator_hours,
    {{ ratio_of('measured.numerator_hours', 'measured.denominator_hours') }} as utilization_ratio,
    {{ as_of() }} as as_of_at
from measured
inner join {{ ref('dim_metric_definitions') }} as definitions
    on definitions.metric = 'utilization' and measured.definition_name = definitions.definition_name
left join {{ ref('dim_workers') }} as workers on measured.worker_id = workers.worker_id
