{{ union_shapes(
    relations=[
        ref('stg_netsuite__accounting_periods'),
        ref('stg_tryton__accounting_periods'),
        ref('stg_d365_fo__accounting_periods'),
        ref('stg_business_central__accounting_periods'),
        ref('stg_oracle_fusion__accounting_periods'),
        ref('stg_csv_tables__accounting_periods')
    ],
    columns=[
        'source_system', 'source_period_id', 'source_version', 'known_at', 'is_deleted',
        'legal_entity_id', 'accounting_period_id', 'subledger', 'start_date', 'end_date', 'status'
    ]
) }}
