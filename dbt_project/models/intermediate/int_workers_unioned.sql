{{ union_shapes(
    relations=[
        ref('stg_bamboohr__workers'),
        ref('stg_harvest__workers'),
        ref('stg_kantata__workers'),
        ref('stg_concur__workers'),
        ref('stg_netsuite__workers'),
        ref('stg_tryton__workers'),
        ref('stg_d365_fo__workers'),
        ref('stg_business_central__workers'),
        ref('stg_oracle_fusion__workers'),
        ref('stg_csv_tables__workers')
    ],
    columns=[
        'source_system', 'source_worker_id', 'source_version', 'known_at', 'is_deleted',
        'worker_name', 'email', 'employee_number', 'worker_type', 'employment_status',
        'hired_date', 'terminated_date', 'legal_entity_id', 'job_title', 'is_active'
    ],
    optional={
        'labour_category': 'varchar', 'cost_center_code': 'varchar',
        'service_line_code': 'varchar', 'region_code': 'varchar',
        'weekly_capacity_hours': 'decimal(18, 4)', 'cost_rate': 'decimal(18, 6)',
        'manager_source_id': 'varchar', 'skills': 'varchar', 'valid_from': 'date'
    },
    supplied={
        'stg_harvest__workers': ['weekly_capacity_hours'], 'stg_csv_tables__workers': 'all'
    }
) }}
