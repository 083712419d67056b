-- Events that no allowed transition leads to. An event whose instant is not known exactly gets the
-- benefit of the doubt: it is refused only if it is refused at its latest instant as well.
with

events as (

    select * from {{ ref('fct_entry_events') }}

),

transitions as (

    select * from {{ ref('dim_event_transitions') }}

),

watched as (

    select distinct
        track,
        to_event
    from transitions

),

-- each event against the last event of each track that knows it
led_to as (

    select
        events.*,
        watched.track as watched_track,
        coalesce(preceding.event, 'none') as from_event
    from events
    inner join watched on events.event = watched.to_event
    left join events as preceding  -- noqa: RF04
        on
            events.entry_id = preceding.entry_id
            and preceding.event_number = case watched.track
                when 'approval' then events.approval_number_before
                else events.ledger_number_before
            end

),

refused as (

    select led_to.*
    from led_to
    left join transitions
        on
            led_to.watched_track = transitions.track
            and led_to.from_event = transitions.from_event
            and led_to.event = transitions.to_event
    where
        transitions.transition_id is null
        and (led_to.is_history_known or led_to.watched_track = 'ledger')

),

latest as (

    select
        refused.entry_event_id,
        refused.watched_track,
        max(events.event_number) as event_number
    from refused
    inner join events
        on
            refused.entry_id = events.entry_id
            and refused.watched_track = events.track
            and refused.entry_event_id != events.entry_event_id
            and refused.latest_at >= events.event_at
    where refused.latest_at > refused.event_at
    group by refused.entry_event_id, refused.watched_track

)

select
    refused.entry_event_id || ':' || refused.watched_track as refused_event_id,
    refused.entry_event_id,
    refused.entry_id,
    refused.event,
    refused.watched_track,
    refused.from_event,
    refused.event_at,
    refused.actor_worker_id,
    refused.known_at
from refused
left join latest
    on
        refused.entry_event_id = latest.entry_event_id
        and refused.watched_track = latest.watched_track
left join events as preceding  -- noqa: RF04
    on refused.entry_id = preceding.entry_id and latest.event_number = preceding.event_number
left join transitions
    on
        refused.watched_track = transitions.track
        and preceding.event = transitions.from_event
        and refused.event = transitions.to_event
where transitions.transition_id is null
