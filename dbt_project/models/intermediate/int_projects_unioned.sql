{{ union_shapes(
    relations=[
        ref('stg_harvest__projects'),
        ref('stg_kantata__projects'),
        ref('stg_netsuite__projects'),
        ref('stg_tryton__projects')
    ],
    columns=[
        'source_system', 'source_project_id', 'source_version', 'known_at', 'is_deleted',
        'project_code', 'project_name', 'source_client_id', 'legal_entity_id', 'billing_model',
        'contract_currency_code', 'cap_amount_contract', 'is_active', 'is_billable',
        'raw_status', 'start_date', 'end_date'
    ]
) }}
