{{ known_versions(
    ref('stg_csv_tables__invoices'),
    ['source_system', 'source_invoice_id']
) }}
