select
    'I4' as identity_id,
    legal_entity_id,
    accounting_period_id,
    'closing balance of ' || account_code as measure,
    currency_code,
    cast(
        opening_amount + posted_amount + late_amount + orphan_amount + manual_amount
        as decimal(18, 4)
    ) as left_amount,
    trial_balance_amount as right_amount
from {{ ref('rec_gl_tie_out') }}
