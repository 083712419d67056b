-- A subledger is open while its ledger is, unless it was closed by itself.
with

ledger_periods as (

    select * from {{ ref('int_entity_periods') }}

),

published as (

    select * from {{ ref('int_published_periods') }}
    where subledger is not null

),

subledgers as (

    select 'time' as subledger
    union all
    select 'expense' as subledger

)

select
    {{ surrogate_key([
        'ledger_periods.legal_entity_id', 'ledger_periods.erp_system',
        'ledger_periods.accounting_period_id', 'subledgers.subledger'
    ]) }} as subledger_period_key,
    ledger_periods.legal_entity_id,
    ledger_periods.erp_system,
    ledger_periods.accounting_period_id,
    subledgers.subledger,
    ledger_periods.start_date,
    ledger_periods.end_date,
    case
        when ledger_periods.status = 'open' then coalesce(published.status, 'open')
        else ledger_periods.status
    end as status,
    ledger_periods.status = 'open' and coalesce(published.status, 'open') = 'open' as is_open,
    coalesce(published.known_at, ledger_periods.known_at) as known_at
from ledger_periods
cross join subledgers
left join published
    on
        ledger_periods.legal_entity_id = published.legal_entity_id
        and ledger_periods.erp_system = published.erp_system
        and ledger_periods.accounting_period_id = published.accounting_period_id
        and subledgers.subledger = published.subledger
