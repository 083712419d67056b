with

lines as (

    select * from {{ ref('int_journal_lines_known') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

entities as (

    select * from {{ ref('dim_legal_entities') }}

),

located as (

    select
        lines.*,
        coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(counterparties.canonical_id, lines.source_counterparty_id)
            as counterparty_entity_id
    from lines
    left join crosswalks
        on
            lines.source_system = crosswalks.source_system
            and lines.source_entity_id = crosswalks.source_id
    left join entities
        on coalesce(crosswalks.canonical_id, lines.source_entity_id) = entities.legal_entity_id
    left join crosswalks as counterparties
        on
            lines.source_system = counterparties.source_system
            and lines.source_counterparty_id = counterparties.source_id

),

-- a ledger that names no period of a line: the period of the entity's calendar
periods as (

    select
        located.legal_entity_id,
        located.accounting_date,
        min(calendar.accounting_period_id) as accounting_period_id
    from located
    inner join {{ ref('dim_accounting_periods') }} as calendar
        on
            located.legal_entity_id = calendar.legal_entity_id
            and located.accounting_date between calendar.start_date and calendar.end_date
    group by located.legal_entity_id, located.accounting_date

)

select
    located.source_system || ':' || located.source_journal_line_id as journal_line_id,
    located.source_system as erp_system,
    located.source_system || ':' || located.voucher_id as voucher_id,
    located.source_system || ':' || located.erp_line_id as posting_line_id,
    located.legal_entity_id,
    located.counterparty_entity_id,
    located.account_code,
    located.accounting_date,
    coalesce(
        located.accounting_period_id,
        periods.accounting_period_id,
        {{ month_id('located.accounting_date') }}
    ) as accounting_period_id,
    located.currency_code,
    cast(located.debit_amount as decimal(18, 4)) as debit_amount,
    cast(located.credit_amount as decimal(18, 4)) as credit_amount,
    cast(located.debit_amount - located.credit_amount as decimal(18, 4)) as net_amount,
    located.posted_at,
    located.known_at
from located
left join periods
    on
        located.legal_entity_id = periods.legal_entity_id
        and located.accounting_date = periods.accounting_date
