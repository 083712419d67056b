select
    legal_entity_id || ':' || target || ':' || purpose as account_mapping_id,
    legal_entity_id,
    target,
    purpose,
    account_code
from {{ ref('stg_tieout__account_mappings') }}
