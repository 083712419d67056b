{{ union_shapes(
    relations=[
        ref('stg_kantata__approval_events'),
        ref('stg_concur__approval_events'),
        ref('stg_csv_tables__approval_events')
    ],
    columns=[
        'source_system', 'source_event_id', 'source_version', 'known_at', 'is_deleted',
        'source_record_id', 'source_grain', 'event', 'event_at', 'actor_source_id', 'comment'
    ]
) }}
