-- The nearest candidates of each unmatched line; a person chooses among them.
select
    posting_line_id || '|' || entry_id as match_candidate_id,
    posting_line_id,
    entry_id,
    source_version,
    leg,
    cast(candidate_rank as integer) as candidate_rank,
    is_equal,
    hours,
    cost_amount_functional,
    bill_amount_contract
from {{ ref('int_match_candidates') }}
where candidate_rank <= 50
