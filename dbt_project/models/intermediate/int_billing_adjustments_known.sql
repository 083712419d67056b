{{ known_versions(
    ref('stg_csv_tables__billing_adjustments'),
    ['source_system', 'source_adjustment_id']
) }}
