{{ union_shapes(
    relations=[
        ref('stg_harvest__tasks'),
        ref('stg_csv_tables__tasks')
    ],
    columns=[
        'source_system', 'source_task_key', 'source_version', 'known_at', 'is_deleted',
        'source_task_id', 'source_project_id', 'task_code', 'task_name', 'is_billable',
        'is_active', 'budget_hours'
    ]
) }}
