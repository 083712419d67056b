-- Periods of the ledgers that may take an entity's postings. Only a ledger of which no system
-- publishes periods (files) gets them from the entity's calendar, all open, for the days that its
-- facts mention. A ledger told of by subledger alone is open while one subledger is.
with

published as (

    select * from {{ ref('int_published_periods') }}

),

published_ledgers as (

    select distinct
        legal_entity_id,
        erp_system
    from published

),

system_roles as (

    select distinct

        source_system,

        vendor
    from {{ ref('stg_tieout__system_roles') }}

),

unpublished_ledgers as (

    select
        ledgers.legal_entity_id,
        ledgers.erp_system
    from {{ ref('int_entity_ledgers') }} as ledgers
    left join published_ledgers
        on
            ledgers.legal_entity_id = published_ledgers.legal_entity_id
            and ledgers.erp_system = published_ledgers.erp_system
    left join system_roles on ledgers.erp_system = system_roles.source_system
    where
        published_ledgers.legal_entity_id is null
        and coalesce(system_roles.vendor in ({{ file_vendors() }}), true)

),

fiscal_entities as (

    select distinct legal_entity_id from {{ ref('int_fiscal_periods') }}

),

calendar_periods as (

    select distinct
        fact_days.legal_entity_id,
        coalesce(fiscal_periods.accounting_period_id, {{ month_id('fact_days.fact_date') }})
            as accounting_period_id,
        coalesce(
            fiscal_periods.start_date,
            cast({{ month_id('fact_days.fact_date') }} || '-01' as date)
        ) as start_date,
        coalesce(fiscal_periods.end_date, {{ month_end('fact_days.fact_date') }}) as end_date
    from {{ ref('int_fact_days') }} as fact_days
    left join {{ ref('int_fiscal_periods') }} as fiscal_periods
        on
            fact_days.legal_entity_id = fiscal_periods.legal_entity_id
            and fact_days.fact_date between fiscal_periods.start_date and fiscal_periods.end_date
    left join fiscal_entities on fact_days.legal_entity_id = fiscal_entities.legal_entity_id
    where fiscal_entities.legal_entity_id is null or fiscal_periods.start_date is not null

)

select
    legal_entity_id,
    erp_system,
    accounting_period_id,
    min(start_date) as start_date,
    max(end_date) as end_date,
    coalesce(
        max(case when subledger is null then status end),
        case when max(case when status = 'open' then 1 else 0 end) = 1 then 'open' else 'closed' end
    ) as status,
    max(reopened_count) as reopened_count,
    max(known_at) as known_at
from published
group by legal_entity_id, erp_system, accounting_period_id
union all
select
    calendar_periods.legal_entity_id,
    unpublished_ledgers.erp_system,
    calendar_periods.accounting_period_id,
    calendar_periods.start_date,
    calendar_periods.end_date,
    'open' as status,
    0 as reopened_count,
    cast(null as timestamp) as known_at
from calendar_periods
inner join unpublished_ledgers
    on calendar_periods.legal_entity_id = unpublished_ledgers.legal_entity_id
