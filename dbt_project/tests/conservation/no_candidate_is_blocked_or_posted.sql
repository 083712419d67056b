-- What would be sent now is approved, has an accounting date and accounts, and is sent once.
{{ config(tags=['before_posting']) }}

select
    posting_key,
    entry_id,
    count(*) as row_count
from {{ ref('pst_candidates') }}
group by posting_key, entry_id
having
    count(*) > 1
    or max(case when approval_status = 'approved' then 0 else 1 end) = 1
    or max(case when accounting_date is null or hours is null then 1 else 0 end) = 1
