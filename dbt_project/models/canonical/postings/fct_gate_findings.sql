select
    finding_id,
    batch_id,
    posting_key,
    rule,
    reason_code,
    detail,
    severity,
    found_at
from {{ ref('stg_tieout__gate_findings') }}
where found_at <= {{ as_of() }}
