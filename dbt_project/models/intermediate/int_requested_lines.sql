-- Lines that a person asked to take back and that were not yet: of several under one key the one
-- that was posted last, which one reversal cancels. What the ledger does not remember cannot be
-- sent.
with

requests as (

    select distinct posting_key
    from {{ ref('stg_tieout__reversal_requests') }}
    where requested_at <= {{ as_of() }}

),

copies as (

    select
        posting_line_id,
        posting_key,
        reversal_count,
        line_rank,
        max(line_rank) over (partition by erp_system, posting_key) as last_rank
    from {{ ref('int_erp_lines_ranked') }}
    where not is_reversal

)

select copies.posting_line_id
from copies
inner join requests on copies.posting_key = requests.posting_key
inner join {{ ref('stg_tieout__planned_lines') }} as images
    on copies.posting_key = images.posting_key
where copies.reversal_count = 0 and copies.line_rank = copies.last_rank
