with

source as (

    {{ csv_versions('workers', [
        'worker_id', 'employee_number', 'worker_name', 'email', 'worker_type',
        'employment_status', 'hired_date', 'terminated_date', 'legal_entity_id',
        'job_title', 'is_active', 'labour_category', 'cost_center_code',
        'service_line_code', 'region_code', 'weekly_capacity_hours', 'cost_rate',
        'manager_id', 'skills', 'valid_from'
    ]) }}

)

select
    source_system,
    worker_id as source_worker_id,
    source_version,
    known_at,
    is_deleted,
    worker_name,
    lower(email) as email,
    coalesce(employee_number, worker_id) as employee_number,
    worker_type,
    employment_status,
    hired_date,
    terminated_date,
    legal_entity_id,
    job_title,
    is_active,
    labour_category,
    cost_center_code,
    service_line_code,
    region_code,
    weekly_capacity_hours,
    cost_rate,
    manager_id as manager_source_id,
    skills,
    valid_from
from source
