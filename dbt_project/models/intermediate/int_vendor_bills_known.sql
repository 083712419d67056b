{{ known_versions(
    ref('stg_csv_tables__vendor_bills'),
    ['source_system', 'source_vendor_bill_line_id']
) }}
