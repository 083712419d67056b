-- What a worker was on each day, by the versions of the record that owns the worker. A change in HR
-- leaves the days before it as they were. A field that another system owns has its newest value on
-- all days.
{% set fields = {
    'worker_name': 'varchar', 'email': 'varchar', 'worker_type': 'varchar',
    'legal_entity_id': 'varchar', 'employment_status': 'varchar', 'hired_date': 'date',
    'terminated_date': 'date', 'job_title': 'varchar', 'labour_category': 'varchar',
    'cost_center_code': 'varchar', 'service_line_code': 'varchar', 'region_code': 'varchar',
    'weekly_capacity_hours': 'decimal(18, 4)', 'cost_rate': 'decimal(18, 6)',
    'skills': 'varchar'
} %}

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

overrides as (

    {{ field_overrides('worker', fields) }}

),

{{ dated_versions('versions', ['source_system', 'source_worker_id']) }}

select
    owned.worker_id || ':' || cast(spans.version_number as varchar) as worker_version_id,
    owned.worker_id,
    {{ span_start() }} as valid_from,
    {{ span_end() }} as valid_to,
    spans.next_first_day is null as is_newest,
    {{ owned_value('worker_type', 'spans') }} as worker_type,
    coalesce({{ owned_value('legal_entity_id', 'entities') }}, {{ unknown_member() }})
        as legal_entity_id,
    {{ owned_value('employment_status', 'spans') }} as employment_status,
    {{ owned_value('job_title', 'spans') }} as job_title,
    coalesce(spans.is_active, true) and not spans.is_deleted as is_active,
    {{ owned_value('labour_category', 'spans') }} as labour_category,
    {{ owned_value('cost_center_code', 'spans') }} as cost_center_code,
    {{ owned_value('service_line_code', 'spans') }} as service_line_code,
    {{ owned_value('region_code', 'spans') }} as region_code,
    {{ owned_value('weekly_capacity_hours', 'spans') }} as weekly_capacity_hours,
    spans.source_system,
    spans.source_worker_id,
    spans.source_version,
    spans.known_at
from spans
inner join owned
    on
        spans.source_system = owned.source_system
        and spans.source_worker_id = owned.source_worker_id
left join overrides on owned.worker_id = overrides.canonical_id
left join crosswalks
    on
        spans.source_system = crosswalks.source_system
        and spans.legal_entity_id = crosswalks.source_id
left join {{ ref('stg_tieout__legal_entities') }} as entities
    on coalesce(crosswalks.canonical_id, spans.legal_entity_id) = entities.legal_entity_id
