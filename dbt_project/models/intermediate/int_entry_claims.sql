-- Entries that a line names by itself, or that a line of others stands for or may mean. Lines of
-- several entries that we posted are no claims: they are ours to correct.
with

claims as (

    select entry_id
    from {{ ref('int_erp_lines_ranked') }}
    where entry_id is not null and orphan_class is null
    union all
    select line_shares.entry_id
    from {{ ref('int_line_shares') }} as line_shares
    left join {{ ref('int_group_postings') }} as group_postings
        on line_shares.posting_line_id = group_postings.posting_line_id
    where group_postings.posting_line_id is null
    union all
    select entry_id
    from {{ ref('int_match_candidates') }}
    where is_equal

)

select distinct entry_id
from claims
