{{ union_shapes(
    relations=[
        ref('stg_bamboohr__workers'),
        ref('stg_harvest__workers'),
        ref('stg_kantata__workers'),
        ref('stg_concur__workers'),
        ref('stg_netsuite__workers'),
        ref('stg_tryton__workers')
    ],
    columns=[
        'source_system', 'source_worker_id', 'source_version', 'known_at', 'is_deleted',
        'worker_name', 'email', 'employee_number', 'worker_type', 'employment_status',
        'hired_date', 'terminated_date', 'legal_entity_id', 'job_title', 'is_active'
    ]
) }}
