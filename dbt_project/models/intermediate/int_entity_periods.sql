-- Periods of the ERP that keeps an entity's books. A period without an entity holds for every
-- entity of its ERP. Only an entity whose ERP publishes no calendar (files) gets calendar months,
-- all open, from the days its facts mention.
with

periods as (

    select * from {{ ref('int_accounting_periods_known') }}
    where version_rank = 1 and not is_deleted

),

erps as (

    select * from {{ ref('int_entity_erps') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

system_roles as (

    select distinct

        source_system,

        vendor
    from {{ ref('stg_tieout__system_roles') }}

),

published as (

    select
        erps.legal_entity_id,
        periods.accounting_period_id,
        periods.source_system as erp_system,
        periods.start_date,
        periods.end_date,
        periods.status,
        periods.known_at,
        row_number() over (
            partition by erps.legal_entity_id, periods.accounting_period_id
            order by periods.source_version desc nulls last, periods.source_period_id asc
        ) as record_rank
    from periods
    left join crosswalks
        on
            periods.source_system = crosswalks.source_system
            and periods.legal_entity_id = crosswalks.source_id
    inner join erps
        on
            periods.source_system = erps.erp_system
            and coalesce(
                crosswalks.canonical_id, periods.legal_entity_id, erps.legal_entity_id
            ) = erps.legal_entity_id

),

months as (

    select distinct
        fact_days.legal_entity_id,
        {{ month_id('fact_days.fact_date') }} as accounting_period_id,
        erps.erp_system
    from {{ ref('int_fact_days') }} as fact_days
    inner join erps on fact_days.legal_entity_id = erps.legal_entity_id
    left join system_roles on erps.erp_system = system_roles.source_system
    where coalesce(system_roles.vendor in ({{ file_vendors() }}), true)

)

select
    legal_entity_id,
    accounting_period_id,
    erp_system,
    start_date,
    end_date,
    status,
    known_at
from published
where record_rank = 1
union all
select
    legal_entity_id,
    accounting_period_id,
    erp_system,
    cast(accounting_period_id || '-01' as date) as start_date,
    {{ month_end("cast(accounting_period_id || '-01' as date)") }} as end_date,
    'open' as status,
    cast(null as timestamp) as known_at
from months
