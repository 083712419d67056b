-- A task is a task of its project: one code, or one name where it has no code, below one canonical
-- project is one task, whichever systems list it. Crosswalks may say otherwise.
with

tasks as (

    select * from {{ ref('int_tasks_resolved') }}

)

select
    task_id,
    project_id,
    task_code,
    coalesce(task_name, task_code, source_task_id) as task_name,
    is_billable,
    is_active,
    budget_hours,
    source_system,
    source_task_id,
    known_at
from tasks
where task_rank = 1
union all
select
    {{ unknown_member() }} as task_id,
    {{ unknown_member() }} as project_id,
    cast(null as varchar) as task_code,
    'Unknown' as task_name,
    cast(null as boolean) as is_billable,
    false as is_active,
    cast(null as decimal(18, 4)) as budget_hours,
    cast(null as varchar) as source_system,
    cast(null as varchar) as source_task_id,
    cast(null as timestamp) as known_at
