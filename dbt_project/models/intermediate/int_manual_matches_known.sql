{{ known_versions(
    ref('stg_csv_tables__manual_matches'),
    ['source_system', 'source_match_id']
) }}
