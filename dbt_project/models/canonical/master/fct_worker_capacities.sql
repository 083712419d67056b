-- Spans that a system states; a worker without a working span has the weekly capacity of the worker
-- record, else the one on which all other systems agree, for the whole of the employment.
with

capacities as (

    select * from {{ ref('int_capacities_known') }}
    where version_rank = 1 and not is_deleted

),

stated as (

    select
        capacities.source_system || ':' || capacities.source_capacity_id as capacity_id,
        capacities.source_system,
        coalesce(identities.worker_id, {{ unknown_member() }}) as worker_id,
        capacities.capacity_kind,
        capacities.start_date,
        capacities.end_date,
        capacities.hours_per_week,
        capacities.known_at
    from capacities
    left join {{ ref('dim_worker_identities') }} as identities
        on
            capacities.source_system = identities.source_system
            and capacities.source_worker_id = identities.source_worker_id

),

with_working_span as (

    select distinct worker_id
    from stated
    where capacity_kind = 'working'

),

-- what systems that do not own the field say of it
agreed as (

    select
        canonical_id as worker_id,
        min(cast(field_value as decimal(18, 4))) as weekly_capacity_hours
    from {{ ref('dim_master_field_values') }}
    where
        entity_kind = 'worker'
        and field = 'weekly_capacity_hours'
        and is_active
    group by canonical_id
    having count(distinct field_value) = 1

)

select
    capacity_id,
    source_system,
    worker_id,
    capacity_kind,
    start_date,
    end_date,
    cast(hours_per_week as decimal(18, 4)) as weekly_hours,
    known_at
from stated
union all
select
    'worker:' || workers.worker_id as capacity_id,
    workers.source_system,
    workers.worker_id,
    'working' as capacity_kind,
    coalesce(workers.hired_date, cast('1900-01-01' as date)) as start_date,
    coalesce(workers.terminated_date, cast('9999-12-31' as date)) as end_date,
    coalesce(workers.weekly_capacity_hours, agreed.weekly_capacity_hours) as weekly_hours,
    workers.known_at
from {{ ref('dim_workers') }} as workers
left join with_working_span on workers.worker_id = with_working_span.worker_id
left join agreed on workers.worker_id = agreed.worker_id
where
    coalesce(workers.weekly_capacity_hours, agreed.weekly_capacity_hours) is not null
    and with_working_span.worker_id is null
