with

worked as (

    select
        entries.worker_id,
        {{ week_start('entries.work_date') }} as week_start_date,
        sum(entries.hours) as recorded_hours,
        sum(case when entries.is_billable then entries.hours else 0 end) as billable_hours,
        sum(
            case
                when coalesce(projects.billing_model, entries.billing_model) = 'internal' then 0
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
        case when available.available_hours < 0 then 0 else available.available_hours end
            as available_hours
    from worked
    full outer join available
        on
            worked.worker_id = available.worker_id
            and worked.week_start_date = available.week_start_date

)

select
    worker_weeks.worker_id || ':' || cast(worker_weeks.week_start_date as varchar)
        as worker_week_id,
    worker_weeks.worker_id,
    workers.legal_entity_id,
    worker_weeks.week_start_date,
    {{ month_id('worker_weeks.week_start_date') }} as month_of_week,
    cast(worker_weeks.recorded_hours as decimal(18, 4)) as recorded_hours,
    cast(worker_weeks.billable_hours as decimal(18, 4)) as billable_hours,
    cast(worker_weeks.productive_hours as decimal(18, 4)) as productive_hours,
    cast(worker_weeks.capacity_hours as decimal(18, 4)) as capacity_hours,
    cast(worker_weeks.available_hours as decimal(18, 4)) as available_hours,
    {{ as_of() }} as as_of_at
from worker_weeks
left join {{ ref('dim_workers') }} as workers on worker_weeks.worker_id = workers.worker_id
