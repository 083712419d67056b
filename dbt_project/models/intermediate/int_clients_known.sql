{{ known_versions(
    relation=ref('int_clients_unioned'),
    key_columns=['source_system', 'source_client_id'],
    columns=[
        'client_code', 'client_name', 'currency_code', 'is_active'
    ]
) }}
