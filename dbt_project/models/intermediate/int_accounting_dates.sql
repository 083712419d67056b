-- The accounting date of a day: the day itself while its period is open, else the first day of
-- the next open period. Null when no period is open at or after the day.
with

days as (

    select * from {{ ref('int_fact_days') }}

),

periods as (

    select * from {{ ref('dim_accounting_periods') }}

),

work_periods as (

    select
        days.legal_entity_id,
        days.fact_date,
        min(periods.accounting_period_id) as accounting_period_id
    from days
    inner join periods
        on
            days.legal_entity_id = periods.legal_entity_id
            and days.fact_date between periods.start_date and periods.end_date
    group by days.legal_entity_id, days.fact_date

),

open_dates as (

    select
        days.legal_entity_id,
        days.fact_date,
        periods.accounting_period_id,
        greatest(days.fact_date, periods.start_date) as accounting_date,
        row_number() over (
            partition by days.legal_entity_id, days.fact_date
            order by periods.start_date asc
        ) as period_rank
    from days
    inner join periods
        on
            days.legal_entity_id = periods.legal_entity_id
            and days.fact_date <= periods.end_date
    where periods.is_open

)

select
    days.legal_entity_id,
    days.fact_date,
    coalesce(work_periods.accounting_period_id, {{ month_id('days.fact_date') }}) as work_period_id,
    open_dates.accounting_date as posting_accounting_date,
    open_dates.accounting_period_id as posting_accounting_period_id
from days
left join work_periods
    on
        days.legal_entity_id = work_periods.legal_entity_id
        and days.fact_date = work_periods.fact_date
left join open_dates
    on
        days.legal_entity_id = open_dates.legal_entity_id
        and days.fact_date = open_dates.fact_date
        and open_dates.period_rank = 1
