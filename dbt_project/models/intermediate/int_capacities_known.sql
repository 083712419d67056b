{{ known_versions(
    ref('int_capacities_unioned'),
    ['source_system', 'source_capacity_id']
) }}
