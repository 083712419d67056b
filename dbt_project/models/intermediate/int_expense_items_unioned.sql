{{ union_shapes(
    relations=[
        ref('stg_concur__expense_items'),
        ref('stg_csv_tables__expense_items')
    ],
    columns=[
        'source_system', 'source_record_id', 'source_version', 'known_at', 'is_deleted',
        'source_created_at', 'source_updated_at', 'source_worker_id', 'source_client_id',
        'source_project_id', 'source_report_id', 'expense_type', 'work_date', 'approval_status',
        'raw_status', 'approved_at', 'approver_source_id', 'submitted_at', 'legal_entity_id',
        'is_billable', 'is_personal', 'is_company_paid', 'transaction_amount',
        'transaction_currency_code', 'approved_amount', 'reimbursement_currency_code',
        'exchange_rate', 'tax_amount', 'tax_code', 'country_code', 'has_receipt',
        'is_receipt_in_company_name', 'supplier_tax_registration', 'notes'
    ]
) }}
