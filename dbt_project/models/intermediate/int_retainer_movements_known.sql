{{ known_versions(
    ref('stg_csv_tables__retainer_movements'),
    ['source_system', 'source_movement_id']
) }}
