-- Each effective entry has an ERP line or stands in approved-not-posted, never both, never neither;
-- nothing else stands there.
{{ config(tags=['after_posting']) }}

select
    traces.entry_id,
    traces.is_effective,
    traces.erp_line_count,
    owed.entry_id is not null as is_owed
from {{ ref('fct_transaction_trace') }} as traces
full outer join {{ ref('rec_approved_not_posted') }} as owed on traces.entry_id = owed.entry_id
where
    traces.entry_id is null
    or (traces.is_effective and traces.erp_line_count = 0) != (owed.entry_id is not null)
