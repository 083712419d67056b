-- Each task below its canonical project, with what the crosswalk and ownership say of it.
with

tasks as (

    select
        *,
        coalesce(nullif(trim(task_code), ''), {{ name_key('task_name') }}, source_task_id)
            as task_key
    from {{ ref('int_tasks_known') }}
    where version_rank = 1

),

owners as (

    select distinct source_system
    from {{ ref('int_owners') }}
    where
        entity = 'task'
        and field is null
        and coalesce(valid_from <= cast({{ as_of() }} as date), true)
        and coalesce(valid_to >= cast({{ as_of() }} as date), true)

),

ownership as (

    select count(*) as owner_count from owners

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'task'

)

select
    tasks.*,  -- noqa: AM04
    projects.project_id,
    coalesce(crosswalks.is_ambiguous, false) as is_link_ambiguous,
    crosswalks.canonical_id as linked_id,
    ownership.owner_count = 0 or owners.source_system is not null as is_owned,
    case when crosswalks.is_ambiguous then null else crosswalks.canonical_id end as link,
    projects.project_id || ':' || tasks.task_key as own_task_id
from tasks
left join {{ ref('dim_project_identities') }} as projects
    on
        tasks.source_system = projects.source_system
        and tasks.source_project_id = projects.source_project_id
left join owners on tasks.source_system = owners.source_system
left join ownership on ownership.owner_count is not null
left join crosswalks
    on
        tasks.source_system = crosswalks.source_system
        and tasks.source_task_key = crosswalks.source_id
