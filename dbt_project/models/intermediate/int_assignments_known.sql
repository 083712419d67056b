{{ known_versions(
    ref('int_assignments_unioned'),
    ['source_system', 'source_assignment_id']
) }}
