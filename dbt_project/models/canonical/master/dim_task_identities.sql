-- A task taken off a project and put on it again is one task to the entries that name it.
with

ranked as (

    select
        *,
        row_number() over (
            partition by source_system, source_project_id, source_task_id
            order by is_active desc, known_at desc, source_task_key asc
        ) as task_reference_rank
    from {{ ref('int_tasks_resolved') }}

)

select
    source_system || ':' || source_task_key as identity_id,
    source_system,
    source_project_id,
    source_task_id,
    task_id,
    match_method,
    is_active
from ranked
where task_reference_rank = 1
