with

source as (

    {{ csv_versions('capacities', [
        'capacity_id', 'worker_id', 'start_date', 'end_date', 'hours_per_week',
        'capacity_kind'
    ]) }}

)

select
    source_system,
    capacity_id as source_capacity_id,
    source_version,
    known_at,
    is_deleted,
    worker_id as source_worker_id,
    start_date,
    end_date,
    hours_per_week,
    coalesce(capacity_kind, 'working') as capacity_kind
from source
