{{ known_versions(
    relation=ref('int_expense_items_unioned'),
    key_columns=['source_system', 'source_record_id'],
    columns=[
        'source_created_at', 'source_updated_at', 'source_worker_id', 'source_client_id',
        'source_project_id', 'source_report_id', 'expense_type', 'work_date', 'approval_status',
        'raw_status', 'approved_at', 'approver_source_id', 'is_billable', 'is_personal',
        'is_company_paid', 'transaction_amount', 'transaction_currency_code', 'approved_amount',
        'reimbursement_currency_code', 'exchange_rate', 'notes'
    ]
) }}
