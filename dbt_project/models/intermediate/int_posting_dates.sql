-- The accounting date that a ledger gives a day: the day itself while its period is open there,
-- else the first day of the next open period. No row when no period is open at or after the day.
with

ranked as (

    select
        fact_days.legal_entity_id,
        periods.erp_system,
        periods.subledger as entry_type,
        fact_days.fact_date,
        periods.accounting_period_id,
        greatest(fact_days.fact_date, periods.start_date) as accounting_date,
        row_number() over (
            partition by
                fact_days.legal_entity_id,
                periods.erp_system,
                periods.subledger,
                fact_days.fact_date
            order by periods.start_date asc, periods.accounting_period_id asc
        ) as period_rank
    from {{ ref('int_fact_days') }} as fact_days
    inner join {{ ref('dim_subledger_periods') }} as periods
        on
            fact_days.legal_entity_id = periods.legal_entity_id
            and fact_days.fact_date <= periods.end_date
    where periods.is_open

)

select
    legal_entity_id,
    erp_system,
    entry_type,
    fact_date,
    accounting_date as posting_accounting_date,
    accounting_period_id as posting_accounting_period_id
from ranked
where period_rank = 1
