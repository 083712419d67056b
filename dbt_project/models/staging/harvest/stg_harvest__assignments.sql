with

source as (

    select * from {{ source('harvest', 'user_assignments') }}

),

renamed as (

    select
        source_system,
        id as source_assignment_id,
        version as source_version,
        known_at,
        is_deleted,
        user__id as source_worker_id,
        project__id as source_project_id,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        is_active
    from source

)

select * from renamed
