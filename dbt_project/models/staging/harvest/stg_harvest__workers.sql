with

source as (

    select * from {{ source('harvest', 'users') }}

),

renamed as (

    select
        source_system,
        id as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as worker_name,
        lower(email) as email,
        cast(null as varchar) as employee_number,
        case when is_contractor then 'contractor' else 'employee' end as worker_type,
        cast(null as varchar) as employment_status,
        cast(null as date) as hired_date,
        cast(null as date) as terminated_date,
        cast(null as varchar) as legal_entity_id,
        cast(null as varchar) as job_title,
        is_active,
        -- seconds a week, a multiple of the quarter hours that the vendor offers
        cast({{ money_div('weekly_capacity', '3600', 4, 0, 0) }} as decimal(18, 4))
            as weekly_capacity_hours
    from source

)

select * from renamed
