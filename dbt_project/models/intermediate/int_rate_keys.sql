-- What may choose a rate, the day apart: far fewer than entries. No rate cards, no keys.
select distinct
    rate_key,
    worker_id,
    project_id,
    client_id,
    legal_entity_id,
    contract_id,
    contract_line_id,
    labour_category
from {{ ref('int_entries_located') }}
where
    entry_type = 'time'
    and exists (select rates.rate_id from {{ ref('dim_rates') }} as rates)
