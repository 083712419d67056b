select
    batch_id,
    target,
    period_id,
    state,
    line_count,
    control_hours,
    control_amount,
    file_names,
    sha256,
    gate_passed,
    gate_evaluated,
    gate_quarantined,
    created_at,
    sealed_at,
    finished_at,
    planned_by,
    release_status,
    released_by,
    released_at,
    release_reason
from {{ ref('stg_tieout__posting_batches') }}
where created_at <= {{ as_of() }}
