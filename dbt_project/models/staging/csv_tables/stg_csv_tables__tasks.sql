with

source as (

    {{ csv_versions('tasks', [
        'task_id', 'project_id', 'task_code', 'task_name', 'is_billable', 'is_active',
        'budget_hours'
    ]) }}

)

select
    source_system,
    task_id as source_task_key,
    source_version,
    known_at,
    is_deleted,
    task_id as source_task_id,
    project_id as source_project_id,
    task_code,
    task_name,
    is_billable,
    is_active,
    budget_hours
from source
