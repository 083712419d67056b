{{ union_shapes(
    relations=[
        ref('stg_harvest__projects'),
        ref('stg_kantata__projects'),
        ref('stg_netsuite__projects'),
        ref('stg_tryton__projects'),
        ref('stg_d365_fo__projects'),
        ref('stg_business_central__projects'),
        ref('stg_oracle_fusion__projects'),
        ref('stg_csv_tables__projects')
    ],
    columns=[
        'source_system', 'source_project_id', 'source_version', 'known_at', 'is_deleted',
        'project_code', 'project_name', 'source_client_id', 'legal_entity_id', 'billing_model',
        'contract_currency_code', 'cap_amount_contract', 'is_active', 'is_billable',
        'raw_status', 'start_date', 'end_date'
    ],
    optional={
        'source_contract_id': 'varchar', 'service_line_code': 'varchar', 'region_code': 'varchar',
        'cost_center_code': 'varchar', 'billing_code': 'varchar',
        'budget_amount_contract': 'decimal(18, 4)', 'budget_hours': 'decimal(18, 4)',
        'source_successor_project_id': 'varchar', 'valid_from': 'date'
    },
    supplied={
        'stg_harvest__projects': ['budget_hours', 'budget_amount_contract'],
        'stg_csv_tables__projects': 'all'
    }
) }}
