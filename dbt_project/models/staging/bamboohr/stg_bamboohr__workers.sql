with

source as (

    select * from {{ source('bamboohr', 'employees') }}

),

renamed as (

    select
        source_system,
        id as source_worker_id,
        version as source_version,
        known_at,
        (is_deleted or action = 'Deleted') as is_deleted,
        nullif(
            trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''
        ) as worker_name,
        lower(work_email) as email,
        employee_number,
        case
            when lower(working_status) like '%contractor%' then 'contractor'
            when action != 'Deleted' then 'employee'
        end as worker_type,
        case
            when employment_status = 'Terminated' then 'terminated'
            when status = 'Inactive' and termination_date is not null then 'terminated'
            when action != 'Deleted' then 'active'
        end as employment_status,
        hire_date as hired_date,
        termination_date as terminated_date,
        legal_entity as legal_entity_id,
        job_title,
        coalesce(status = 'Active', false) as is_active
    from source

)

select * from renamed
