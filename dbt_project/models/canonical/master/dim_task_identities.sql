select
    source_system || ':' || source_task_key as identity_id,
    source_system,
    source_project_id,
    source_task_id,
    task_id,
    match_method,
    is_active
from {{ ref('int_tasks_resolved') }}
