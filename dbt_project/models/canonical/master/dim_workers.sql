with

ids as (

    select
        *,
        coalesce(employee_number, source_worker_id) as worker_id
    from {{ ref('int_worker_ids') }}
    where is_owned

),

crosswalks as (

    select * from {{ ref('int_crosswalk_ids') }}
    where entity_kind = 'legal_entity' and not is_ambiguous

),

entities as (

    select * from {{ ref('dim_legal_entities') }}

),

-- a worker hired again has two records and one employee number: the current one speaks
ranked as (

    select
        *,
        row_number() over (
            partition by worker_id
            order by is_active desc, hired_date desc nulls last, source_worker_id asc
        ) as record_rank
    from ids

)

select
    ranked.worker_id,
    coalesce(ranked.worker_name, ranked.worker_id) as worker_name,
    ranked.email,
    ranked.employee_number,
    ranked.worker_type,
    coalesce(entities.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    ranked.employment_status,
    ranked.hired_date,
    ranked.terminated_date,
    ranked.job_title,
    ranked.is_active,
    ranked.source_system,
    ranked.source_worker_id,
    ranked.known_at
from ranked
left join crosswalks
    on
        ranked.source_system = crosswalks.source_system
        and ranked.legal_entity_id = crosswalks.source_id
left join entities
    on coalesce(crosswalks.canonical_id, ranked.legal_entity_id) = entities.legal_entity_id
where ranked.record_rank = 1
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
    cast(null as varchar) as source_system,
    cast(null as varchar) as source_worker_id,
    cast(null as timestamp) as known_at
