-- Employees are known by the code of their party, the employee number: moves name it as well. An
-- end date that lies ahead leaves them active, as in Tryton.
{%- set has_left = "coalesce(end_date < cast(known_at as date), false)" %}
with

source as (

    select * from {{ source('tryton', 'employees') }}

),

renamed as (

    select
        source_system,
        coalesce(party__code, id) as source_worker_id,
        version as source_version,
        known_at,
        is_deleted,
        party__name as worker_name,
        lower(party__email) as email,
        party__code as employee_number,
        cast(null as varchar) as worker_type,
        case when {{ has_left }} then 'terminated' else 'active' end as employment_status,
        start_date as hired_date,
        end_date as terminated_date,
        company__party__code as legal_entity_id,
        cast(null as varchar) as job_title,
        not {{ has_left }} as is_active
    from source

)

select * from renamed
