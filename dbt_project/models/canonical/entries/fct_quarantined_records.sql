select
    quarantine_id,
    source_system,
    table_name,
    source_record_id,
    reason_code,
    detail,
    amount,
    known_at
from {{ ref('stg_tieout__quarantined_records') }}
where known_at <= {{ as_of() }}
