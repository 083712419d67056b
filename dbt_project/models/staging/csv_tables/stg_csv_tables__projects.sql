with

source as (

    {{ csv_versions('projects', [
        'project_id', 'project_code', 'project_name', 'client_id', 'legal_entity_id',
        'billing_model', 'contract_currency_code', 'cap_amount_contract', 'is_active',
        'is_billable', 'raw_status', 'start_date', 'end_date', 'contract_id',
        'service_line_code', 'region_code', 'cost_center_code', 'billing_code',
        'budget_amount_contract', 'budget_hours', 'successor_project_id', 'valid_from'
    ]) }}

)

select
    source_system,
    project_id as source_project_id,
    source_version,
    known_at,
    is_deleted,
    coalesce(project_code, project_id) as project_code,
    project_name,
    client_id as source_client_id,
    legal_entity_id,
    billing_model,
    contract_currency_code,
    cap_amount_contract,
    is_active,
    is_billable,
    raw_status,
    start_date,
    end_date,
    contract_id as source_contract_id,
    service_line_code,
    region_code,
    cost_center_code,
    billing_code,
    budget_amount_contract,
    budget_hours,
    successor_project_id as source_successor_project_id,
    valid_from
from source
