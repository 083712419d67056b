-- The company's periods are months and say only when they begin. Whether one takes postings is
-- decided by the range of allowed posting dates as much as by the period itself, so a period has a
-- version for every change of either, with the state of both at that change.
with

periods as (

    select * from {{ ref('stg_business_central__fiscal_months') }}

),

setups as (

    select * from {{ ref('stg_business_central__posting_ranges') }}

),

changes as (

    select
        source_system,
        id,
        version
    from periods
    union all
    select
        periods.source_system,
        periods.id,
        setups.source_version
    from periods
    inner join setups
        on periods.source_system = setups.source_system and periods.version < setups.source_version

),

states as (

    select
        changes.source_system,
        changes.id,
        changes.version,
        max(periods.version) as period_version,
        max(setups.source_version) as setup_version
    from changes
    inner join periods
        on
            changes.source_system = periods.source_system
            and changes.id = periods.id
            and changes.version >= periods.version
    left join setups
        on changes.source_system = setups.source_system and changes.version >= setups.source_version
    group by changes.source_system, changes.id, changes.version

)

select
    states.source_system,
    states.id as source_period_id,
    states.version as source_version,
    greatest(periods.known_at, coalesce(setups.known_at, periods.known_at)) as known_at,
    periods.is_deleted,
    periods.company__legal_entity as legal_entity_id,
    {{ month_id('periods.starting_date') }} as accounting_period_id,
    cast(null as varchar) as subledger,
    periods.starting_date as start_date,
    {{ month_end('periods.starting_date') }} as end_date,
    case
        when
            periods.is_closed
            or coalesce({{ month_end('periods.starting_date') }} < setups.allow_posting_from, false)
            or coalesce(periods.starting_date > setups.allow_posting_to, false)
            then 'closed'
        else 'open'
    end as status
from states
inner join periods
    on
        states.source_system = periods.source_system
        and states.id = periods.id
        and states.period_version = periods.version
left join setups
    on
        states.source_system = setups.source_system
        and states.setup_version = setups.source_version
