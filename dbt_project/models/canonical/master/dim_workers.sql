{% set fields = {
    'worker_name': 'varchar', 'email': 'varchar', 'worker_type': 'varchar',
    'legal_entity_id': 'varchar', 'employment_status': 'varchar', 'hired_date': 'date',
    'terminated_date': 'date', 'job_title': 'varchar', 'labour_category': 'varchar',
    'cost_center_code': 'varchar', 'service_line_code': 'varchar', 'region_code': 'varchar',
    'weekly_capacity_hours': 'decimal(18, 4)', 'cost_rate': 'decimal(18, 6)',
    'skills': 'varchar'
} %}

with

ids as (

    select * from {{ ref('int_worker_ids') }}
    where is_owned and owner_rank = 1

),

overrides as (

    {{ field_overrides('worker', fields) }}

),

identities as (

    select * from {{ ref('dim_worker_identities') }}

)

select
    ids.owner_id as worker_id,
    coalesce({{ owned_value('worker_name') }}, ids.owner_id) as worker_name,
    {{ owned_value('email') }} as email,
    ids.employee_number,
    {{ owned_value('worker_type') }} as worker_type,
    coalesce({{ owned_value('legal_entity_id') }}, {{ unknown_member() }}) as legal_entity_id,
    {{ owned_value('employment_status') }} as employment_status,
    {{ owned_value('hired_date') }} as hired_date,
    {{ owned_value('terminated_date') }} as terminated_date,
    {{ owned_value('job_title') }} as job_title,
    ids.is_active,
    {{ owned_value('labour_category') }} as labour_category,
    {{ owned_value('cost_center_code') }} as cost_center_code,
    {{ owned_value('service_line_code') }} as service_line_code,
    {{ owned_value('region_code') }} as region_code,
    {{ owned_value('weekly_capacity_hours') }} as weekly_capacity_hours,
    {{ owned_value('cost_rate') }} as cost_rate,
    managers.worker_id as manager_worker_id,
    {{ owned_value('skills') }} as skills,
    ids.source_system,
    ids.source_worker_id,
    ids.known_at
from ids
left join overrides on ids.owner_id = overrides.canonical_id
left join identities as managers
    on
        ids.source_system = managers.source_system
        and ids.manager_source_id = managers.source_worker_id
union all
select
    {{ unknown_member() }} as worker_id,
    'Unknown' as worker_name,
    cast(null as varchar) as email,
    cast(null as varchar) as employee_number,
    cast(null as varchar) as worker_type,
    {{ unknown_member() }} as legal_entity_id,
    cast(null as varchar) as employment_status,
    cast(null as date) as hired_date,
    cast(null as date) as terminated_date,
    cast(null as varchar) as job_title,
    false as is_active,
    cast(null as varchar) as labour_category,
    cast(null as varchar) as cost_center_code,
    cast(null as varchar) as service_line_code,
    cast(null as varchar) as region_code,
    cast(null as decimal(18, 4)) as weekly_capacity_hours,
    cast(null as decimal(18, 6)) as cost_rate,
    cast(null as varchar) as manager_worker_id,
    cast(null as varchar) as skills,
    cast(null as varchar) as source_system,
    cast(null as varchar) as source_worker_id,
    cast(null as timestamp) as known_at
