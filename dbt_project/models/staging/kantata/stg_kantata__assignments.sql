-- Staffing with its days is an allocation of a project's resource. A soft one is a plan, a resource
-- without a person a vacancy: neither assigns anybody.
with

source as (

    select * from {{ source('kantata', 'workspace_allocations') }}

),

renamed as (

    select
        source_system,
        id as source_assignment_id,
        version as source_version,
        known_at,
        is_deleted,
        resource__user_id as source_worker_id,
        resource__workspace_id as source_project_id,
        start_date,
        end_date,
        coalesce(hard, false) and resource__user_id is not null and not is_deleted as is_active
    from source

)

select * from renamed
