-- Entries that an ERP line names, stands for, or may mean: to post them could post them twice.
with

mentions as (

    select entry_id
    from {{ ref('int_erp_lines_ranked') }}
    where entry_id is not null and orphan_class is null
    union all
    select entry_id
    from {{ ref('int_line_shares') }}
    union all
    select entry_id
    from {{ ref('int_match_candidates') }}
    where is_equal

)

select distinct entry_id
from mentions
