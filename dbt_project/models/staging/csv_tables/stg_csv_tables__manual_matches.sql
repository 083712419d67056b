with

source as (

    {{ csv_versions('manual_matches', [
        'match_id', 'erp_line_id', 'entry_id', 'hours', 'cost_amount_functional',
        'bill_amount_contract', 'reason', 'prepared_by', 'approved_by'
    ]) }}

)

select
    source_system,
    match_id as source_match_id,
    source_version,
    known_at,
    is_deleted,
    {{ csv_entry_reference('erp_line_id') }} as posting_line_id,
    {{ csv_entry_reference('entry_id') }} as entry_id,
    hours,
    cost_amount_functional,
    bill_amount_contract,
    reason,
    prepared_by,
    approved_by
from source
