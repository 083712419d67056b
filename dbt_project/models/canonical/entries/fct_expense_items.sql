with

versions as (

    select
        *,
        case when approval_status = 'approved' and not is_deleted then known_at end
            as approved_known_at
    from {{ ref('int_expense_versions_resolved') }}

),

items as (

    select
        *,
        min(approved_known_at) over (partition by entry_id) as first_approved_known_at,
        cast(count(*) over (partition by entry_id) as bigint) as version_count
    from versions

)

select
    entry_id,
    source_system,
    source_record_id,
    source_version,
    known_at,
    source_created_at,
    source_updated_at,
    is_deleted,
    case when is_deleted then 'deleted' else approval_status end as approval_status,
    raw_status,
    coalesce(approved_at, first_approved_known_at) as approved_at,
    approver_source_id,
    is_effective,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    source_worker_id,
    source_client_id,
    source_project_id,
    source_report_id,
    expense_type,
    work_date,
    coalesce(is_billable, false) as is_billable,
    coalesce(is_personal, false) as is_personal,
    coalesce(is_company_paid, false) as is_company_paid,
    transaction_amount,
    transaction_currency_code,
    approved_amount,
    reimbursement_currency_code,
    exchange_rate,
    notes,
    version_count
from items
where version_rank = 1
