with

periods as (

    select * from {{ ref('int_entity_periods') }}

),

-- the first open period from each period on, the period itself included
next_open as (

    select
        periods.legal_entity_id,
        periods.accounting_period_id,
        min(open_periods.start_date) as next_open_start_date
    from periods
    inner join periods as open_periods
        on
            periods.legal_entity_id = open_periods.legal_entity_id
            and periods.start_date <= open_periods.start_date
    where open_periods.status = 'open'
    group by periods.legal_entity_id, periods.accounting_period_id

)

select
    periods.legal_entity_id || ':' || periods.accounting_period_id as period_key,
    periods.legal_entity_id,
    periods.accounting_period_id,
    periods.erp_system,
    periods.start_date,
    periods.end_date,
    periods.status,
    periods.status = 'open' as is_open,
    open_periods.accounting_period_id as next_open_period_id,
    next_open.next_open_start_date,
    periods.known_at
from periods
left join next_open
    on
        periods.legal_entity_id = next_open.legal_entity_id
        and periods.accounting_period_id = next_open.accounting_period_id
left join periods as open_periods
    on
        next_open.legal_entity_id = open_periods.legal_entity_id
        and next_open.next_open_start_date = open_periods.start_date
