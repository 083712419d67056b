select
    batch_id || ':' || state || ':' || coalesce(currency_code, 'none') as batch_state_id,
    batch_id,
    legal_entity_id,
    period_id,
    state,
    currency_code,
    line_count,
    hours,
    amount,
    created_at
from {{ ref('stg_tieout__posting_batch_states') }}
where created_at <= {{ as_of() }}
