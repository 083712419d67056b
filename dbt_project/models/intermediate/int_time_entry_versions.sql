{{ known_versions(
    relation=ref('int_time_entries_unioned'),
    key_columns=['source_system', 'source_record_id'],
    columns=[
        'source_created_at', 'source_updated_at', 'source_worker_id', 'source_client_id',
        'source_project_id', 'source_task_id', 'task_name', 'work_date', 'hours',
        'approval_status', 'raw_status', 'approved_at', 'approver_source_id', 'is_billable',
        'bill_rate', 'bill_currency_code', 'cost_rate', 'cost_currency_code', 'legal_entity_id',
        'source_invoice_id', 'notes'
    ]
) }}
