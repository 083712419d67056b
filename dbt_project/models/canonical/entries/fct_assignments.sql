with

assignments as (

    select * from {{ ref('int_assignments_known') }}
    where version_rank = 1 and not is_deleted

),

worker_identities as (

    select * from {{ ref('dim_worker_identities') }}

),

project_identities as (

    select * from {{ ref('dim_project_identities') }}

)

select
    assignments.source_system || ':' || assignments.source_assignment_id as assignment_id,
    assignments.source_system,
    assignments.source_assignment_id,
    coalesce(worker_identities.worker_id, {{ unknown_member() }}) as worker_id,
    coalesce(project_identities.project_id, {{ unknown_member() }}) as project_id,
    assignments.start_date,
    assignments.end_date,
    coalesce(assignments.is_active, true) as is_active,
    assignments.known_at
from assignments
left join worker_identities
    on
        assignments.source_system = worker_identities.source_system
        and assignments.source_worker_id = worker_identities.source_worker_id
left join project_identities
    on
        assignments.source_system = project_identities.source_system
        and assignments.source_project_id = project_identities.source_project_id
