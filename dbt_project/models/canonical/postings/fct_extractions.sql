select
    extraction_id,
    source_system,
    table_name,
    started_at,
    finished_at,
    outcome,
    error,
    extracted_count,
    landed_count,
    deleted_count,
    quarantined_count,
    request_count,
    retry_count
from {{ ref('stg_tieout__extractions') }}
where started_at <= {{ as_of() }}
