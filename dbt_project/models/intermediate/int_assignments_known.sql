{{ known_versions(
    relation=ref('int_assignments_unioned'),
    key_columns=['source_system', 'source_assignment_id'],
    columns=[
        'source_worker_id', 'source_project_id', 'start_date', 'end_date', 'is_active'
    ]
) }}
