with

versions as (

    select * from {{ ref('int_time_entry_versions') }}

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

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

entities as (

    select * from {{ ref('dim_legal_entities') }}

)

select
    versions.source_system || ':' || versions.source_record_id as entry_id,
    versions.source_system,
    versions.source_record_id,
    versions.source_version,
    versions.known_at,
    versions.source_created_at,
    versions.source_updated_at,
    versions.version_rank = 1 as is_newest,
    versions.is_deleted,
    case when versions.is_deleted then 'deleted' else versions.approval_status end
        as approval_status,
    versions.raw_status,
    coalesce(versions.approved_at, versions.first_approved_known_at) as approved_at,
    versions.approver_source_id,
    coalesce(versions.approval_status = 'approved' and not versions.is_deleted, false)
        as is_effective,
    -- the source's own statement, else the entity that employs the worker
    coalesce(entities.legal_entity_id, workers.legal_entity_id, {{ unknown_member() }})
        as legal_entity_id,
    coalesce(workers.worker_id, {{ unknown_member() }}) as worker_id,
    coalesce(
        nullif(projects.client_id, {{ unknown_member() }}),
        client_identities.client_id,
        {{ unknown_member() }}
    ) as client_id,
    coalesce(projects.project_id, {{ unknown_member() }}) as project_id,
    versions.source_worker_id,
    versions.source_client_id,
    versions.source_project_id,
    versions.task_name,
    versions.work_date,
    cast(coalesce(versions.hours, 0) as decimal(18, 4)) as hours,
    coalesce(versions.is_billable, false) as is_billable,
    cast(versions.cost_rate as decimal(18, 6)) as cost_rate,
    versions.cost_currency_code,
    cast(versions.bill_rate as decimal(18, 6)) as bill_rate,
    versions.bill_currency_code,
    versions.source_invoice_id,
    versions.notes,
    cast(versions.version_count as bigint) as version_count
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
left join crosswalks
    on
        versions.source_system = crosswalks.source_system
        and versions.legal_entity_id = crosswalks.source_id
left join entities
    on coalesce(crosswalks.canonical_id, versions.legal_entity_id) = entities.legal_entity_id
