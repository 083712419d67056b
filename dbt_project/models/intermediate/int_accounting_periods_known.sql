{{ known_versions(
    relation=ref('int_accounting_periods_unioned'),
    key_columns=['source_system', 'source_period_id', 'legal_entity_id'],
    columns=[
        'accounting_period_id', 'start_date', 'end_date', 'status'
    ]
) }}
