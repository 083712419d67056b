{{ known_versions(
    ref('int_tasks_unioned'),
    ['source_system', 'source_task_key']
) }}
