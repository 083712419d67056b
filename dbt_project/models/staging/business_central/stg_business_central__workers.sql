-- Employees are known by their number: postings name it as well. An end that lies ahead leaves them
-- active.
{%- set has_left = "coalesce(termination_date < cast(known_at as date), false)" %}
with

source as (

    select * from {{ source('business_central', 'employees') }}

),

renamed as (

    select
        source_system,
        number as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        display_name as worker_name,
        lower(nullif(email, '')) as email,
        number as employee_number,
        cast(null as varchar) as worker_type,
        case when {{ has_left }} then 'terminated' else 'active' end as employment_status,
        employment_date as hired_date,
        termination_date as terminated_date,
        company__legal_entity as legal_entity_id,
        nullif(job_title, '') as job_title,
        not {{ has_left }} and status != 'Inactive' as is_active
    from source

)

select * from renamed
