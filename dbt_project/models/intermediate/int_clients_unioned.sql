{{ union_shapes(
    relations=[
        ref('stg_harvest__clients'),
        ref('stg_kantata__clients'),
        ref('stg_netsuite__clients')
    ],
    columns=[
        'source_system', 'source_client_id', 'source_version', 'known_at', 'is_deleted',
        'client_code', 'client_name', 'currency_code', 'is_active'
    ]
) }}
