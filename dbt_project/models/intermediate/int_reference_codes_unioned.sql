{{ union_shapes(
    relations=[
        ref('stg_netsuite__accounts'),
        ref('stg_csv_tables__reference_codes')
    ],
    columns=[
        'source_system', 'source_code_key', 'source_version', 'known_at', 'is_deleted',
        'code_kind', 'code', 'code_name', 'parent_code', 'legal_entity_id', 'is_active'
    ]
) }}
