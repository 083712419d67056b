{{ union_shapes(
    relations=[
        ref('stg_harvest__assignments'),
        ref('stg_kantata__assignments'),
        ref('stg_csv_tables__assignments')
    ],
    columns=[
        'source_system', 'source_assignment_id', 'source_version', 'known_at', 'is_deleted',
        'source_worker_id', 'source_project_id', 'start_date', 'end_date', 'is_active'
    ]
) }}
