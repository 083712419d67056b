-- A code is one contract, whatever systems name it; without a code the id serves as one.
select
    source_system,
    source_contract_id,
    coalesce(contract_code, source_contract_id) as contract_id
from {{ ref('int_contracts_known') }}
where version_rank = 1
