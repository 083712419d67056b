{{ union_shapes(
    relations=[
        ref('stg_netsuite__billing_allocations'),
        ref('stg_csv_folder__billing_allocations')
    ],
    columns=[
        'source_system', 'source_allocation_id', 'source_version', 'known_at', 'is_deleted',
        'erp_line_id', 'source_record_ref', 'invoice_id', 'invoice_number', 'invoice_date',
        'is_issued', 'hours', 'billed_amount_contract', 'contract_currency_code'
    ]
) }}
