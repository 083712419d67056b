with

source as (

    select * from {{ source('harvest', 'task_assignments') }}

),

renamed as (

    select
        source_system,
        id as source_task_key,
        version as source_version,
        known_at,
        is_deleted,
        task__id as source_task_id,
        project__id as source_project_id,
        cast(null as varchar) as task_code,
        task__name as task_name,
        billable as is_billable,
        is_active,
        budget as budget_hours
    from source

)

select * from renamed
