-- Hours as the sources delivered them against hours as the entries hold them.
with

versions as (

    select
        source_system,
        case when is_deleted then 0 else coalesce(hours, 0) end as hours,
        row_number() over (
            partition by source_system, source_record_id
            order by source_version desc nulls last, known_at desc
        ) as version_rank
    from {{ ref('int_time_entries_unioned') }}
    where known_at <= {{ as_of() }}

),

sides as (

    select
        'all' as legal_entity_id,
        'hours of ' || source_system as measure,
        hours as left_amount,
        cast(0 as decimal(18, 4)) as right_amount
    from versions
    where version_rank = 1
    union all
    -- approved, pending and rejected hours; what is deleted counts nothing
    select
        'all' as legal_entity_id,
        'hours of ' || source_system as measure,
        cast(0 as decimal(18, 4)) as left_amount,
        case
            when is_deleted then 0
            when approval_status in ('approved', 'submitted', 'draft', 'rejected') then hours
            else 0
        end as right_amount
    from {{ ref('fct_entries') }}
    where entry_type = 'time'
    union all
    select
        'all' as legal_entity_id,
        'entries of ' || source_system as measure,
        cast(1 as decimal(18, 4)) as left_amount,
        cast(0 as decimal(18, 4)) as right_amount
    from versions
    where version_rank = 1
    union all
    select
        'all' as legal_entity_id,
        'entries of ' || source_system as measure,
        cast(0 as decimal(18, 4)) as left_amount,
        cast(1 as decimal(18, 4)) as right_amount
    from {{ ref('fct_entries') }}
    where entry_type = 'time'
    union all
    -- approved hours before routing against those of all destinations, the unrouted with them
    select
        legal_entity_id,
        'approved hours by destination' as measure,
        hours as left_amount,
        cast(0 as decimal(18, 4)) as right_amount
    from {{ ref('fct_time_entries') }}
    where is_effective
    union all
    select
        legal_entity_id,
        'approved hours by destination' as measure,
        cast(0 as decimal(18, 4)) as left_amount,
        hours as right_amount
    from {{ ref('fct_entries') }}
    where is_effective and entry_type = 'time'

)

select
    'I10' as identity_id,
    legal_entity_id,
    'all' as accounting_period_id,
    measure,
    'none' as currency_code,
    cast(sum(left_amount) as decimal(18, 4)) as left_amount,
    cast(sum(right_amount) as decimal(18, 4)) as right_amount
from sides
group by legal_entity_id, measure
