with

source as (

    select * from {{ source('kantata', 'users') }}

),

renamed as (

    select
        source_system,
        id as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        full_name as worker_name,
        lower(email_address) as email,
        cast(null as varchar) as employee_number,
        cast(null as varchar) as worker_type,
        cast(null as varchar) as employment_status,
        cast(null as date) as hired_date,
        cast(null as date) as terminated_date,
        cast(null as varchar) as legal_entity_id,
        headline as job_title,
        not coalesce(disabled, false) as is_active
    from source

)

select * from renamed
