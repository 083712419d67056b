{{ union_shapes(
    relations=[
        ref('stg_harvest__clients'),
        ref('stg_kantata__clients'),
        ref('stg_netsuite__clients'),
        ref('stg_csv_tables__clients')
    ],
    columns=[
        'source_system', 'source_client_id', 'source_version', 'known_at', 'is_deleted',
        'client_code', 'client_name', 'currency_code', 'is_active'
    ],
    optional={
        'tax_jurisdiction_code': 'varchar', 'tax_registration': 'varchar',
        'payment_terms_days': 'bigint', 'legal_entity_id': 'varchar'
    },
    supplied={'stg_csv_tables__clients': 'all'}
) }}
