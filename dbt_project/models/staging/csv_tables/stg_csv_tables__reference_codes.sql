with

source as (

    {{ csv_versions('reference_codes', [
        'code_kind', 'code', 'code_name', 'parent_code', 'legal_entity_id', 'is_active'
    ]) }}

)

select
    source_system,
    code_kind || ':' || coalesce(legal_entity_id, '') || ':' || code as source_code_key,
    source_version,
    known_at,
    is_deleted,
    code_kind,
    code,
    code_name,
    parent_code,
    legal_entity_id,
    is_active
from source
