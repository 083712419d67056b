select
    identities.tie_out_identity_id,
    identities.identity_id,
    cast(substr(identities.identity_id, 2) as integer) as identity_order,
    identities.identity_name,
    identities.accounting_period_id,
    identities.legal_entity_id,
    entities.legal_entity_name,
    identities.measure,
    case identities.measure when 'hours' then 1 when 'cost' then 2 else 3 end as measure_order,
    identities.currency_code,
    identities.approved_amount,
    identities.posted_amount,
    identities.approved_not_posted_amount,
    identities.to_post_amount,
    identities.to_reverse_amount,
    identities.orphan_amount,
    identities.duplicate_excess_amount,
    identities.tolerance_amount,
    identities.left_amount,
    identities.right_amount,
    identities.difference,
    identities.is_tied,
    identities.as_of_at
from {{ ref('rec_tie_out_identities') }} as identities
left join {{ ref('dim_legal_entities') }} as entities
    on identities.legal_entity_id = entities.legal_entity_id
