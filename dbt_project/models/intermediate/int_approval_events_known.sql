{{ known_versions(
    relation=ref('int_approval_events_unioned'),
    key_columns=['source_system', 'source_event_id'],
    columns=[
        'source_record_id', 'source_grain', 'event', 'event_at', 'actor_source_id', 'comment'
    ]
) }}
