-- Versions with their amounts, and the time in which each was the newest.
select
    entry_id,
    source_system,
    source_record_id,
    source_version,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    work_date,
    accounting_period_id,
    is_effective,
    is_billable,
    hours,
    cost_amount_functional,
    functional_currency_code,
    bill_amount_contract,
    contract_currency_code,
    coalesce(source_updated_at, known_at) as valid_from,
    lead(coalesce(source_updated_at, known_at)) over (
        partition by entry_id order by source_version asc
    ) as valid_to,
    is_newest
from {{ ref('fct_entry_versions') }}
