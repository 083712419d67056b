with

source as (

    {{ csv_versions('rates', [
        'rate_id', 'rate_kind', 'rate_level', 'worker_id', 'project_id', 'contract_line_id',
        'contract_id', 'client_id', 'legal_entity_id', 'labour_category', 'currency_code',
        'rate', 'is_blended', 'valid_from', 'valid_to'
    ]) }}

)

select
    source_system,
    rate_id as source_rate_id,
    source_version,
    known_at,
    is_deleted,
    rate_kind,
    rate_level,
    worker_id as source_worker_id,
    project_id as source_project_id,
    contract_line_id as source_contract_line_id,
    contract_id as source_contract_id,
    client_id as source_client_id,
    legal_entity_id,
    labour_category,
    currency_code,
    rate,
    coalesce(is_blended, false) as is_blended,
    valid_from,
    valid_to
from source
