{{ known_versions(
    ref('int_accounting_periods_unioned'),
    ['source_system', 'source_period_id', 'legal_entity_id']
) }}
