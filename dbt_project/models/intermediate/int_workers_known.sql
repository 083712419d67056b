{{ known_versions(
    ref('int_workers_unioned'),
    ['source_system', 'source_worker_id']
) }}
