-- Where an entity's postings went to several ledgers, a period is told by the one that took its
-- last day.
with

ledger_periods as (

    select
        periods.*,
        row_number() over (
            partition by periods.legal_entity_id, periods.accounting_period_id
            order by
                case
                    when periods.end_date between ledgers.valid_from and ledgers.valid_to then 1
                    when ledgers.is_current then 2
                    else 3
                end asc,
                periods.erp_system asc
        ) as ledger_rank
    from {{ ref('int_entity_periods') }} as periods
    inner join {{ ref('int_entity_ledgers') }} as ledgers
        on
            periods.legal_entity_id = ledgers.legal_entity_id
            and coalesce(periods.erp_system, '') = coalesce(ledgers.erp_system, '')
    where ledgers.is_routed

),

periods as (

    select * from ledger_periods
    where ledger_rank = 1

),

fiscal_entities as (

    select distinct legal_entity_id from {{ ref('stg_tieout__fiscal_years') }}

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

),

next_open_ids as (

    select
        legal_entity_id,
        start_date,
        min(accounting_period_id) as accounting_period_id
    from periods
    where status = 'open'
    group by legal_entity_id, start_date

)

select
    periods.legal_entity_id || ':' || periods.accounting_period_id as period_key,
    periods.legal_entity_id,
    periods.accounting_period_id,
    case
        when periods.accounting_period_id like '%P%' then {{ month_id('periods.end_date') }}
        else periods.accounting_period_id
    end as close_month_id,
    case
        when periods.accounting_period_id like '%P%' then '4-4-5'
        when fiscal_entities.legal_entity_id is null then 'month'
        else '4-4-5'
    end as calendar,
    periods.erp_system,
    periods.start_date,
    periods.end_date,
    periods.status,
    periods.status = 'open' as is_open,
    cast(1 + periods.reopened_count as integer) as close_version,
    periods.status != 'closed' and periods.reopened_count > 0 as is_reopened,
    next_open_ids.accounting_period_id as next_open_period_id,
    next_open.next_open_start_date,
    periods.known_at
from periods
left join next_open
    on
        periods.legal_entity_id = next_open.legal_entity_id
        and periods.accounting_period_id = next_open.accounting_period_id
left join next_open_ids
    on
        next_open.legal_entity_id = next_open_ids.legal_entity_id
        and next_open.next_open_start_date = next_open_ids.start_date
left join fiscal_entities on periods.legal_entity_id = fiscal_entities.legal_entity_id
