{{ known_versions(
    ref('stg_csv_tables__rates'),
    ['source_system', 'source_rate_id']
) }}
