with

source as (

    {{ csv_versions('assignments', [
        'assignment_id', 'worker_id', 'project_id', 'start_date', 'end_date', 'is_active'
    ]) }}

)

select
    source_system,
    assignment_id as source_assignment_id,
    source_version,
    known_at,
    is_deleted,
    worker_id as source_worker_id,
    project_id as source_project_id,
    start_date,
    end_date,
    is_active
from source
