{{ known_versions(
    ref('int_approval_events_unioned'),
    ['source_system', 'source_event_id']
) }}
