-- Entries that an ERP line names, stands for, or may mean: to post them could post them twice. A
-- group is there as soon as a line has its key. An entry in a line of several that we took back is
-- free again.
with

group_postings as (

    select * from {{ ref('int_group_postings') }}

),

mentions as (

    select entry_id
    from {{ ref('int_erp_lines_ranked') }}
    where entry_id is not null and orphan_class is null
    union all
    select line_shares.entry_id
    from {{ ref('int_line_shares') }} as line_shares
    left join group_postings on line_shares.posting_line_id = group_postings.posting_line_id
    where
        group_postings.posting_line_id is null
        or (not group_postings.is_reversal and not group_postings.is_reversed)
    union all
    select group_id as entry_id
    from group_postings
    union all
    select entry_id
    from {{ ref('int_match_candidates') }}
    where is_equal

)

select distinct entry_id
from mentions
