-- A leaver shows by the release date; the record stays active until the final time is posted.
with

source as (

    select * from {{ source('netsuite', 'employees') }}

),

renamed as (

    select
        source_system,
        id as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        nullif(trim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), '') as worker_name,
        lower(email) as email,
        entityid as employee_number,
        case
            when lower(employeetype) like '%contractor%' then 'contractor'
            else 'employee'
        end as worker_type,
        case when releasedate is null then 'active' else 'terminated' end as employment_status,
        hiredate as hired_date,
        releasedate as terminated_date,
        coalesce(subsidiary_external_id, subsidiary_id) as legal_entity_id,
        title as job_title,
        isinactive = 'F' as is_active
    from source

)

select * from renamed
