with

source as (

    select * from {{ source('concur', 'users') }}

),

renamed as (

    select
        source_system,
        lower(id) as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as worker_name,
        lower(primary_email) as email,
        employee_id as employee_number,
        cast(null as varchar) as worker_type,
        cast(null as varchar) as employment_status,
        cast(null as date) as hired_date,
        cast(null as date) as terminated_date,
        cast(null as varchar) as legal_entity_id,
        cast(null as varchar) as job_title,
        active as is_active
    from source

)

select * from renamed
