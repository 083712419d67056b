-- Newest versions in the sources = approved + pending + rejected + deleted in the entries, in
-- number and hours, per system.
{{ config(tags=['before_posting']) }}

with

versions as (

    select
        source_system,
        hours,
        row_number() over (
            partition by source_system, source_record_id
            order by source_version desc nulls last
        ) as version_rank
    from {{ ref('int_time_entries_unioned') }}
    where known_at <= {{ as_of() }}

),

sides as (

    select
        source_system,
        1 as source_count,
        coalesce(hours, 0) as source_hours,
        0 as entry_count,
        cast(0 as decimal(18, 4)) as entry_hours
    from versions
    where version_rank = 1
    union all
    select
        source_system,
        0 as source_count,
        cast(0 as decimal(18, 4)) as source_hours,
        1 as entry_count,
        coalesce(hours, 0) as entry_hours
    from {{ ref('fct_entries') }}
    where
        entry_type = 'time'
        and approval_status in ('draft', 'submitted', 'approved', 'rejected', 'deleted')

)

select
    source_system,
    sum(source_count) as source_count,
    sum(entry_count) as entry_count,
    sum(source_hours) as source_hours,
    sum(entry_hours) as entry_hours
from sides
group by source_system
having sum(source_count) != sum(entry_count) or sum(source_hours) != sum(entry_hours)
