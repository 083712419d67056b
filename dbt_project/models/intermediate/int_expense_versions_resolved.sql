with

versions as (

    select * from {{ ref('int_expense_item_versions') }}

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

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
    versions.version_known_from,
    versions.version_known_to,
    versions.is_first_effective,
    versions.is_deleted,
    case when versions.is_deleted then 'deleted' else versions.approval_status end
        as approval_status,
    versions.raw_status,
    coalesce(versions.approved_at, versions.first_approved_known_at) as approved_at,
    versions.approver_source_id,
    versions.submitted_at,
    coalesce(
        versions.approval_status = 'approved'
        and not versions.is_deleted
        and not coalesce(versions.is_personal, false),
        false
    ) as is_effective,
    coalesce(entities.legal_entity_id, workers.legal_entity_id, {{ unknown_member() }})
        as legal_entity_id,
    coalesce(worker_identities.worker_id, {{ unknown_member() }}) as worker_id,
    coalesce(
        nullif(projects.client_id, {{ unknown_member() }}),
        client_identities.client_id,
        {{ unknown_member() }}
    ) as client_id,
    coalesce(projects.project_id, {{ unknown_member() }}) as project_id,
    versions.source_worker_id,
    versions.source_client_id,
    versions.source_project_id,
    versions.source_report_id,
    versions.expense_type,
    versions.work_date,
    coalesce(versions.is_billable, projects.is_billable, false) as is_billable,
    coalesce(versions.is_personal, false) as is_personal,
    coalesce(versions.is_company_paid, false) as is_company_paid,
    versions.transaction_amount,
    versions.transaction_currency_code,
    versions.approved_amount,
    versions.reimbursement_currency_code,
    versions.exchange_rate,
    versions.tax_amount,
    versions.tax_code,
    versions.country_code,
    versions.has_receipt,
    versions.is_receipt_in_company_name,
    versions.supplier_tax_registration,
    versions.notes,
    cast(versions.version_count as bigint) as version_count
from versions
left join {{ ref('dim_worker_identities') }} as worker_identities
    on
        versions.source_system = worker_identities.source_system
        and versions.source_worker_id = worker_identities.source_worker_id
left join {{ ref('dim_worker_versions') }} as workers
    on
        worker_identities.worker_id = workers.worker_id
        and versions.work_date >= workers.valid_from
        and versions.work_date <= workers.valid_to
left join {{ ref('dim_project_identities') }} as project_identities
    on
        versions.source_system = project_identities.source_system
        and versions.source_project_id = project_identities.source_project_id
left join {{ ref('dim_projects') }} as projects
    on project_identities.project_id = projects.project_id
left join {{ ref('dim_client_identities') }} as client_identities
    on
        versions.source_system = client_identities.source_system
        and versions.source_client_id = client_identities.source_client_id
left join crosswalks
    on
        versions.source_system = crosswalks.source_system
        and versions.legal_entity_id = crosswalks.source_id
left join {{ ref('dim_legal_entities') }} as entities
    on coalesce(crosswalks.canonical_id, versions.legal_entity_id) = entities.legal_entity_id
