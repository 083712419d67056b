with

versions as (

    select * from {{ ref('int_expense_item_versions') }}

),

worker_identities as (

    select * from {{ ref('dim_worker_identities') }}

),

client_identities as (

    select * from {{ ref('dim_client_identities') }}

),

project_identities as (

    select * from {{ ref('dim_project_identities') }}

),

workers as (

    select * from {{ ref('dim_workers') }}

),

projects as (

    select * from {{ ref('dim_projects') }}

)

select
    versions.*,  -- noqa: AM04
    versions.source_system || ':' || versions.source_record_id as entry_id,
    coalesce(workers.worker_id, {{ unknown_member() }}) as worker_id,
    coalesce(workers.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(projects.project_id, {{ unknown_member() }}) as project_id,
    coalesce(
        nullif(projects.client_id, {{ unknown_member() }}),
        client_identities.client_id,
        {{ unknown_member() }}
    ) as client_id,
    coalesce(
        versions.approval_status = 'approved'
        and not versions.is_deleted
        and not coalesce(versions.is_personal, false),
        false
    ) as is_effective
from versions
left join worker_identities
    on
        versions.source_system = worker_identities.source_system
        and versions.source_worker_id = worker_identities.source_worker_id
left join workers on worker_identities.worker_id = workers.worker_id
left join project_identities
    on
        versions.source_system = project_identities.source_system
        and versions.source_project_id = project_identities.source_project_id
left join projects on project_identities.project_id = projects.project_id
left join client_identities
    on
        versions.source_system = client_identities.source_system
        and versions.source_client_id = client_identities.source_client_id
