{{ known_versions(
    ref('stg_csv_tables__tax_rules'),
    ['source_system', 'source_tax_rule_id']
) }}
