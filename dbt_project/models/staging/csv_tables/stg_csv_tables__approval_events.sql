with

source as (

    {{ csv_versions('approval_events', [
        'event_id', 'source_record_id', 'source_grain', 'event', 'event_at', 'actor_id',
        'comment'
    ]) }}

)

select
    source_system,
    event_id as source_event_id,
    source_version,
    known_at,
    is_deleted,
    source_record_id,
    source_grain,
    event,  -- noqa: RF04
    event_at,
    actor_id as actor_source_id,
    comment  -- noqa: RF04
from source
