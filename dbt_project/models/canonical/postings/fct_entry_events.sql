-- The life of an entry as seven kinds of events in the order of their instants. Where only a
-- version shows an approval, it lies no later than the posting of that version.
with

ledger_events as (

    select * from {{ ref('fct_ledger_events') }}

),

first_postings as (

    select
        entry_id,
        source_version,
        min(event_at) as posted_at
    from ledger_events
    where event = 'posted'
    group by entry_id, source_version

),

events as (

    select
        track.entry_id,
        track.event,
        track.origin,
        track.source_system,
        track.origin_id,
        track.source_version,
        track.order_in_version,
        case
            when track.event = 'approved' and not track.is_stated
                then least(
                    track.event_at,
                    coalesce(own.posted_at, track.event_at),
                    coalesce(unversioned.posted_at, track.event_at)
                )
            else track.event_at
        end as event_at,
        track.event_at as latest_at,
        track.actor_worker_id,
        true as is_version_known,
        track.known_at
    from {{ ref('int_approval_track') }} as track
    left join first_postings as own
        on track.entry_id = own.entry_id and track.source_version = own.source_version
    left join first_postings as unversioned
        on track.entry_id = unversioned.entry_id and unversioned.source_version is null
    union all
    select
        entry_id,
        event,
        origin,
        source_system,
        origin_id,
        source_version,
        order_in_version,
        event_at,
        latest_at,
        cast(null as varchar) as actor_worker_id,
        is_version_known,
        known_at
    from ledger_events

),

numbered as (

    select
        *,
        case when event in ('posted', 'invoiced', 'reversed') then 'ledger' else 'approval' end
            as track,
        row_number() over (
            partition by entry_id
            order by
                event_at asc, source_version asc nulls last, order_in_version asc, origin_id asc
        ) as event_number
    from events

)

select
    entry_id || ':' || event || ':' || origin || ':' || origin_id as entry_event_id,
    entry_id,
    cast(event_number as bigint) as event_number,
    event,
    track,
    origin,
    source_system,
    origin_id,
    source_version,
    event_at,
    latest_at,
    actor_worker_id,
    {% for track in ['approval', 'ledger'] %}
        cast(max(case when track = '{{ track }}' then event_number end) over (
            partition by entry_id
            order by event_number
            rows between unbounded preceding and 1 preceding
        ) as bigint) as {{ track }}_number_before,
    {% endfor %}
    is_version_known
    and (
        event != 'invoiced'
        or min(case when is_version_known then 1 else 0 end) over (
            partition by entry_id
            order by event_number
            rows between unbounded preceding and current row
        ) = 1
    ) as is_history_known,
    known_at
from numbered
