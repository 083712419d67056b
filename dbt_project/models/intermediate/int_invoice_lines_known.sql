{{ known_versions(
    ref('stg_csv_tables__invoice_lines'),
    ['source_system', 'source_invoice_line_id']
) }}
