{{ known_versions(
    ref('stg_csv_tables__payments'),
    ['source_system', 'source_payment_id']
) }}
