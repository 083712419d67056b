{{ union_shapes(
    relations=[
        ref('stg_harvest__time_entries'),
        ref('stg_kantata__time_entries'),
        ref('stg_csv_folder__time_entries'),
        ref('stg_csv_tables__time_entries')
    ],
    columns=[
        'source_system', 'source_record_id', 'source_version', 'known_at', 'is_deleted',
        'source_created_at', 'source_updated_at', 'source_worker_id', 'source_client_id',
        'source_project_id', 'source_task_id', 'task_name', 'work_date', 'hours',
        'approval_status', 'raw_status', 'approved_at', 'approver_source_id', 'submitted_at',
        'labour_category', 'is_billable', 'bill_rate', 'bill_currency_code', 'cost_rate',
        'cost_currency_code', 'legal_entity_id', 'source_invoice_id', 'notes'
    ]
) }}
