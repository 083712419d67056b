-- Lines in the ERPs that have a key of ours and stand for a group.
select
    posting_line_id,
    erp_system,
    posting_key,
    {{ group_id_of('posting_key') }} as group_id,
    cast(substr({{ posting_key_part('posting_key', 5) }}, 2) as bigint) as source_version,
    posting_round,
    is_reversal,
    is_reversed,
    is_repeated,
    manifest_key,
    orphan_class,
    legal_entity_id,
    worker_id,
    project_id,
    functional_currency_code,
    contract_currency_code,
    hours,
    cost_amount_functional,
    bill_amount_contract,
    is_billable,
    work_date,
    accounting_date
from {{ ref('int_erp_lines_ranked') }}
where
    {{ is_group_key('posting_key') }}
    and {{ posting_key_part('posting_key', 2) }} = erp_system
    and {{ posting_key_part('posting_key', 1) }} = (
        select max(firms.firm_id) from {{ ref('stg_tieout__firms') }} as firms
    )
