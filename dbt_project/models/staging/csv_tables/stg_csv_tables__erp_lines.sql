with

source as (

    {{ csv_versions('erp_lines', [
        'erp_line_id', 'external_id', 'memo', 'legal_entity_id', 'worker_id', 'project_id',
        'work_date', 'accounting_date', 'accounting_period_id', 'posted_at', 'is_posted',
        'is_billable', 'hours', 'cost_amount_functional', 'functional_currency_code',
        'bill_amount_contract', 'contract_currency_code', 'entry_id', 'created_by'
    ]) }}

)

select
    source_system,
    erp_line_id,
    source_version,
    known_at,
    is_deleted,
    'csv_line' as record_type,
    external_id,
    memo,
    legal_entity_id,
    worker_id as source_worker_id,
    project_id as source_project_id,
    work_date,
    accounting_date,
    accounting_period_id,
    coalesce(posted_at, cast(accounting_date as timestamp)) as posted_at,
    coalesce(is_posted, true) as is_posted,
    is_billable,
    hours,
    cost_amount_functional,
    functional_currency_code,
    bill_amount_contract,
    contract_currency_code,
    {{ csv_entry_reference('entry_id') }} as source_record_ref,
    created_by
from source
