with

source as (

    {{ csv_versions('expense_items', [
        'entry_id', 'worker_id', 'project_id', 'report_id', 'expense_category', 'work_date',
        'approval_status', 'approved_at', 'submitted_at', 'approver_id', 'is_billable',
        'is_personal', 'is_company_paid', 'transaction_amount', 'transaction_currency_code',
        'approved_amount', 'reimbursement_currency_code', 'exchange_rate', 'tax_amount',
        'tax_code', 'country_code', 'has_receipt', 'is_receipt_in_company_name',
        'supplier_tax_registration', 'legal_entity_id', 'notes'
    ]) }}

)

select
    source_system,
    entry_id as source_record_id,
    source_version,
    known_at,
    is_deleted,
    cast(null as timestamp) as source_created_at,
    cast(null as timestamp) as source_updated_at,
    worker_id as source_worker_id,
    cast(null as varchar) as source_client_id,
    project_id as source_project_id,
    report_id as source_report_id,
    expense_category as expense_type,
    work_date,
    case when is_deleted then 'deleted' else approval_status end as approval_status,
    approval_status as raw_status,
    approved_at,
    approver_id as approver_source_id,
    submitted_at,
    legal_entity_id,
    is_billable,
    is_personal,
    is_company_paid,
    transaction_amount,
    transaction_currency_code,
    -- what is approved in another currency than spent needs the rate that the tool applied
    case
        when approved_amount is not null then approved_amount
        when
            coalesce(reimbursement_currency_code, transaction_currency_code)
            = transaction_currency_code
            then transaction_amount
        else {{ round_to_currency(
            multiply('transaction_amount', 'exchange_rate', 4, 10), 'reimbursement_currency_code'
        ) }}
    end as approved_amount,
    coalesce(reimbursement_currency_code, transaction_currency_code)
        as reimbursement_currency_code,
    exchange_rate,
    tax_amount,
    tax_code,
    country_code,
    has_receipt,
    is_receipt_in_company_name,
    supplier_tax_registration,
    notes
from source
