-- What was known of an entry at each instant at which anything about it became known: approved or
-- not, posted or not, before and after.
with

-- a version that never was the newest one known moved nothing
versions as (

    select
        *,
        coalesce(version_known_to, cast('9999-12-31' as timestamp)) as replaced_at
    from {{ ref('fct_entry_versions') }}
    where coalesce(version_known_from < version_known_to, true)

),

spans as (

    select
        spans.entry_id,
        spans.known_from,
        spans.known_to
    from {{ ref('fct_erp_line_spans') }} as spans
    where spans.entry_id in (select versions.entry_id from versions)

),

instants as (

    select
        entry_id,
        version_known_from as known_at
    from versions
    {% for moment in ['known_from', 'known_to'] %}
        union all
        select
            entry_id,
            {{ moment }} as known_at
        from spans
        where {{ moment }} is not null
    {% endfor %}

),

points as (

    select distinct
        entry_id,
        known_at
    from instants

),

posted_points as (

    select distinct
        points.entry_id,
        points.known_at
    from points
    inner join spans
        on
            points.entry_id = spans.entry_id
            and points.known_at >= spans.known_from
            and coalesce(points.known_at < spans.known_to, true)

),

states as (

    select
        points.entry_id,
        points.known_at,
        versions.source_version as version_after,
        coalesce(versions.is_effective, false) as is_effective_after,
        posted_points.entry_id is not null as is_posted_after
    from points
    left join versions
        on
            points.entry_id = versions.entry_id
            and points.known_at >= versions.version_known_from
            and points.known_at < versions.replaced_at
    left join posted_points
        on
            points.entry_id = posted_points.entry_id
            and points.known_at = posted_points.known_at

),

histories as (

    select
        *,
        lag(version_after) over (partition by entry_id order by known_at) as version_before,
        coalesce(lag(is_effective_after) over (partition by entry_id order by known_at), false)
            as is_effective_before,
        coalesce(lag(is_posted_after) over (partition by entry_id order by known_at), false)
            as is_posted_before,
        coalesce(
            max(case when is_effective_after then 1 else 0 end) over (
                partition by entry_id order by known_at
                rows between unbounded preceding and 1 preceding
            ), 0
        ) = 1 as was_effective
    from states

)

select
    {{ surrogate_key(['entry_id', 'known_at']) }} as entry_history_id,
    entry_id,
    known_at,
    version_before,
    version_after,
    is_effective_before,
    is_effective_after,
    is_posted_before,
    is_posted_after,
    was_effective,
    {{ as_of() }} as as_of_at
from histories
