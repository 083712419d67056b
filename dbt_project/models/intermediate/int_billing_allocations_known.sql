{{ known_versions(
    relation=ref('int_billing_allocations_unioned'),
    key_columns=['source_system', 'source_allocation_id'],
    columns=[
        'erp_line_id', 'source_record_ref', 'invoice_id', 'invoice_number', 'invoice_date',
        'is_issued', 'hours', 'billed_amount_contract', 'contract_currency_code'
    ]
) }}
