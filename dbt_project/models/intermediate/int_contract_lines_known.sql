{{ known_versions(
    ref('stg_csv_tables__contract_lines'),
    ['source_system', 'source_contract_line_id']
) }}
