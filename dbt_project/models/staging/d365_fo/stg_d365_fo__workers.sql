-- F&O's workers carry no days of employment here: HR is asked for those.
with

source as (

    select * from {{ source('d365_fo', 'workers') }}

),

renamed as (

    select
        source_system,
        id as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        name as worker_name,
        lower(email) as email,
        id as employee_number,
        case
            when lower(worker_type) like '%contractor%' then 'contractor'
            else 'employee'
        end as worker_type,
        'active' as employment_status,
        cast(null as date) as hired_date,
        cast(null as date) as terminated_date,
        cast(null as varchar) as legal_entity_id,
        cast(null as varchar) as job_title,
        true as is_active
    from source

)

select * from renamed
