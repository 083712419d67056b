{{ known_versions(
    ref('int_clients_unioned'),
    ['source_system', 'source_client_id']
) }}
