-- A person's number is what costs name. A termination that lies ahead leaves the person active.
{%- set has_left = "coalesce(termination_date < cast(known_at as date), false)" %}
with

source as (

    select * from {{ source('oracle_fusion', 'persons') }}

),

renamed as (

    select
        source_system,
        person_number as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        display_name as worker_name,
        lower(work_email) as email,
        person_number as employee_number,
        cast(null as varchar) as worker_type,
        case when {{ has_left }} then 'terminated' else 'active' end as employment_status,
        hire_date as hired_date,
        termination_date as terminated_date,
        legal_entity_id,
        cast(null as varchar) as job_title,
        not {{ has_left }} as is_active
    from source

)

select * from renamed
