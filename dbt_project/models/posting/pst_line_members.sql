-- What a line of several entries stands for, when it is posted and when it is taken back: sent with
-- the line, sealed with its batch, and read again when the line is seen in the ERP.
select
    candidates.posting_key,
    members.entry_id,
    entries.source_version,
    entries.hours,
    entries.cost_amount_functional,
    entries.bill_amount_contract
from {{ ref('pst_candidates') }} as candidates
inner join {{ ref('int_group_members') }} as members on candidates.entry_id = members.group_id
inner join {{ ref('fct_entries') }} as entries on members.entry_id = entries.entry_id
union all
select
    reversals.posting_key,
    manifests.entry_id,
    manifests.source_version,
    -manifests.hours as hours,
    -manifests.cost_amount_functional as cost_amount_functional,
    -manifests.bill_amount_contract as bill_amount_contract
from {{ ref('pst_reversals') }} as reversals
inner join {{ ref('stg_tieout__posting_manifests') }} as manifests
    on reversals.reverses_posting_key = manifests.posting_key
