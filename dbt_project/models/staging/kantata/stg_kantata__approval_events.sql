-- A submission covers one project and week of one person. Handing it in is an event, and so is the
-- resolution it carries now; a resubmission is a submission of its own.
with

source as (

    select * from {{ source('kantata', 'timesheet_submissions') }}

),

submitted as (

    select
        source_system,
        id || ':submitted' as source_event_id,
        version as source_version,
        known_at,
        is_deleted,
        id as source_record_id,
        'submission' as source_grain,
        'submitted' as event,  -- noqa: RF04
        created_at as event_at,
        user_id as actor_source_id,
        cast(null as varchar) as comment  -- noqa: RF04
    from source

),

resolved as (

    select
        source_system,
        id || ':' || status as source_event_id,
        version as source_version,
        known_at,
        is_deleted,
        id as source_record_id,
        'submission' as source_grain,
        status as event,  -- noqa: RF04
        current_resolution_created_at_date as event_at,
        current_resolution_creator_id as actor_source_id,
        current_resolution_description as comment  -- noqa: RF04
    from source
    where status in ('approved', 'rejected', 'cancelled')

)

select * from submitted
union all
select * from resolved
