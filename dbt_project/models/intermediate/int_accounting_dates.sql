-- The period that a day lies in. A day of no period of the entity's ledger is named after its
-- calendar all the same.
with

days as (

    select * from {{ ref('int_fact_days') }}

),

periods as (

    select * from {{ ref('dim_accounting_periods') }}

),

fiscal_periods as (

    select * from {{ ref('int_fiscal_periods') }}

),

ranked as (

    select
        days.legal_entity_id,
        days.fact_date,
        periods.accounting_period_id,
        periods.start_date,
        periods.end_date,
        row_number() over (
            partition by days.legal_entity_id, days.fact_date
            order by periods.start_date asc, periods.accounting_period_id asc
        ) as period_rank
    from days
    inner join periods
        on
            days.legal_entity_id = periods.legal_entity_id
            and days.fact_date between periods.start_date and periods.end_date

)

select
    days.legal_entity_id,
    days.fact_date,
    coalesce(
        ranked.accounting_period_id,
        fiscal_periods.accounting_period_id,
        {{ month_id('days.fact_date') }}
    ) as work_period_id,
    coalesce(
        ranked.start_date,
        fiscal_periods.start_date,
        cast({{ month_id('days.fact_date') }} || '-01' as date)
    ) as work_period_start_date,
    coalesce(ranked.end_date, fiscal_periods.end_date, {{ month_end('days.fact_date') }})
        as work_period_end_date
from days
left join ranked
    on
        days.legal_entity_id = ranked.legal_entity_id
        and days.fact_date = ranked.fact_date
        and ranked.period_rank = 1
left join fiscal_periods
    on
        days.legal_entity_id = fiscal_periods.legal_entity_id
        and days.fact_date between fiscal_periods.start_date and fiscal_periods.end_date
