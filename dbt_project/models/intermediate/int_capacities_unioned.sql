{{ union_shapes(
    relations=[
        ref('stg_csv_tables__capacities')
    ],
    columns=[
        'source_system', 'source_capacity_id', 'source_version', 'known_at', 'is_deleted',
        'source_worker_id', 'start_date', 'end_date', 'hours_per_week', 'capacity_kind'
    ]
) }}
