select
    entity_kind,
    source_system,
    source_id,
    min(canonical_id) as canonical_id,
    count(distinct canonical_id) > 1 as is_ambiguous
from {{ ref('stg_tieout__crosswalk_links') }}
group by entity_kind, source_system, source_id
