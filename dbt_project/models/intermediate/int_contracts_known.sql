{{ known_versions(
    ref('stg_csv_tables__contracts'),
    ['source_system', 'source_contract_id']
) }}
