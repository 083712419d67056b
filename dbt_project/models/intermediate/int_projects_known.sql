{{ known_versions(
    ref('int_projects_unioned'),
    ['source_system', 'source_project_id']
) }}
