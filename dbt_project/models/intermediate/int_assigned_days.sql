-- Who says whether a worker is assigned: the system that owns projects, where it has assignments
-- for the project; else the time tool itself, where it has some. Projects without assignments
-- anywhere are open to everybody. Expenses need no assignment.
with

entries as (

    select distinct
        source_system,
        worker_id,
        project_id,
        work_date
    from {{ ref('fct_time_entry_versions') }}
    where is_effective

),

assignments as (

    select * from {{ ref('fct_assignments') }}

),

projects as (

    select * from {{ ref('dim_projects') }}

),

covered as (

    select distinct

        project_id,

        source_system
    from assignments

),

judged as (

    select
        entries.source_system,
        entries.worker_id,
        entries.project_id,
        entries.work_date,
        coalesce(owner_coverage.source_system, tool_coverage.source_system) as judging_system
    from entries
    inner join projects on entries.project_id = projects.project_id
    left join covered as owner_coverage
        on
            projects.project_id = owner_coverage.project_id
            and projects.source_system = owner_coverage.source_system
    left join covered as tool_coverage
        on
            entries.project_id = tool_coverage.project_id
            and entries.source_system = tool_coverage.source_system

),

assigned as (

    select distinct
        judged.source_system,
        judged.worker_id,
        judged.project_id,
        judged.work_date
    from judged
    inner join assignments
        on
            judged.judging_system = assignments.source_system
            and judged.project_id = assignments.project_id
            and judged.worker_id = assignments.worker_id
            and judged.work_date >= coalesce(assignments.start_date, judged.work_date)
            and judged.work_date <= coalesce(assignments.end_date, judged.work_date)
    -- rolled off without an end date: nobody can say that the day was covered
    where assignments.is_active or assignments.end_date is not null

)

select
    judged.source_system,
    judged.worker_id,
    judged.project_id,
    judged.work_date,
    judged.judging_system,
    assigned.source_system is not null as is_assigned
from judged
left join assigned
    on
        judged.source_system = assigned.source_system
        and judged.worker_id = assigned.worker_id
        and judged.project_id = assigned.project_id
        and judged.work_date = assigned.work_date
where judged.judging_system is not null
