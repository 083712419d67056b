-- What a worker was on each day, by the versions of the record that owns the worker. A change in HR
-- leaves the days before it as they were. Fields of other owners are not dated: dim_workers.
with

versions as (

    select * from {{ ref('int_workers_known') }}

),

owned as (

    select
        owner_id as worker_id,
        source_system,
        source_worker_id
    from {{ ref('int_worker_ids') }}
    where is_owned and owner_rank = 1

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

{{ dated_versions('versions', ['source_system', 'source_worker_id']) }}

select
    owned.worker_id || ':' || cast(spans.version_number as varchar) as worker_version_id,
    owned.worker_id,
    {{ span_start() }} as valid_from,
    {{ span_end() }} as valid_to,
    spans.next_first_day is null as is_newest,
    spans.worker_type,
    coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    spans.employment_status,
    spans.job_title,
    coalesce(spans.is_active, true) and not spans.is_deleted as is_active,
    spans.labour_category,
    spans.cost_center_code,
    spans.service_line_code,
    spans.region_code,
    spans.weekly_capacity_hours,
    spans.source_system,
    spans.source_worker_id,
    spans.source_version,
    spans.known_at
from spans
inner join owned
    on
        spans.source_system = owned.source_system
        and spans.source_worker_id = owned.source_worker_id
left join crosswalks
    on
        spans.source_system = crosswalks.source_system
        and spans.legal_entity_id = crosswalks.source_id
left join {{ ref('stg_tieout__legal_entities') }} as entities
    on coalesce(crosswalks.canonical_id, spans.legal_entity_id) = entities.legal_entity_id
