with

records as (

    select * from {{ ref('int_reimbursements_known') }}
    where version_rank = 1 and not is_deleted

),

entries as (

    select entry_id from {{ ref('fct_entries') }}

)

select
    records.source_system || ':' || records.source_reimbursement_id as reimbursement_id,
    records.source_system,
    coalesce(named.entry_id, own.entry_id) as entry_id,
    records.source_entry_id,
    records.reimbursed_amount,
    records.currency_code,
    records.paid_date,
    records.known_at
from records
-- the file names the entry in full, or by its id within the same system
left join entries as named on records.source_entry_id = named.entry_id
left join entries as own
    on records.source_system || ':' || records.source_entry_id = own.entry_id
