with

events as (

    select * from {{ ref('int_approval_events_known') }}
    where version_rank = 1 and not is_deleted

),

worker_identities as (

    select * from {{ ref('dim_worker_identities') }}

)

select
    events.source_system || ':' || events.source_event_id as approval_event_id,
    events.source_system,
    events.source_event_id,
    events.source_grain,
    events.source_record_id,
    case
        when events.source_grain = 'entry'
            then events.source_system || ':' || events.source_record_id
    end as entry_id,
    events.event,
    events.event_at,
    events.actor_source_id,
    coalesce(worker_identities.worker_id, {{ unknown_member() }}) as actor_worker_id,
    events.comment as event_comment,
    events.known_at
from events
left join worker_identities
    on
        events.source_system = worker_identities.source_system
        and events.actor_source_id = worker_identities.source_worker_id
