-- Every system owns the tasks of its own bookings, unless ownership gives tasks to one system: then
-- only that system's tasks exist, and those of others must match one of them.
with

located as (

    select * from {{ ref('int_tasks_located') }}

),

owned as (

    select distinct coalesce(link, own_task_id) as task_id
    from located
    where is_owned and project_id is not null

),

matched as (

    select
        located.*,
        case
            when located.is_link_ambiguous then 'ambiguous'
            when located.project_id is null then 'unmatched'
            when linked.task_id is not null then 'crosswalk'
            when located.link is not null then 'unmatched'
            when located.is_owned then 'owner'
            when own.task_id is not null
                then case when located.task_code is null then 'name' else 'code' end
            else 'unmatched'
        end as match_method
    from located
    left join owned as linked on located.link = linked.task_id
    left join owned as own on located.own_task_id = own.task_id

),

canonical as (

    select
        matched.*,
        case
            when matched.match_method = 'crosswalk' then matched.link
            when matched.match_method in ('owner', 'code', 'name') then matched.own_task_id
        end as task_id,
        matched.is_owned and matched.match_method in ('owner', 'crosswalk') as is_defining
    from matched

)

select
    source_system,
    source_task_key,
    source_task_id,
    source_project_id,
    task_id,
    match_method,
    project_id,
    nullif(trim(task_code), '') as task_code,
    task_name,
    is_billable,
    coalesce(is_active, true) and not is_deleted as is_active,
    budget_hours,
    known_at,
    case
        when is_defining
            then row_number() over (
                partition by is_defining, task_id
                order by
                    case when is_deleted then 2 else 1 end asc, known_at asc, source_system asc,
                    source_task_key asc
            )
    end as task_rank
from canonical
