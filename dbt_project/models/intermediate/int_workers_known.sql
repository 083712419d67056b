{{ known_versions(
    relation=ref('int_workers_unioned'),
    key_columns=['source_system', 'source_worker_id'],
    columns=[
        'worker_name', 'email', 'employee_number', 'worker_type', 'employment_status',
        'hired_date', 'terminated_date', 'legal_entity_id', 'job_title', 'is_active'
    ]
) }}
