-- A version that was corrected in place speaks as last read. A version that is gone is kept only
-- when the whole entry is gone: then the entry was deleted, else the version was withdrawn.
with

source as (

    select
        *,
        row_number() over (
            partition by source_system, id
            order by version desc
        ) as reading_rank
    from {{ source('csv_folder', 'entry_versions') }}

),

newest as (

    select
        *,
        max(case when is_deleted then 0 else 1 end) over (
            partition by source_system, entry_id
        ) = 0 as is_entry_gone
    from source
    where reading_rank = 1

),

renamed as (

    select
        source_system,
        entry_id,
        entry_version,
        cast(known_on as timestamp) as known_at,
        state as approval_status,
        hours,
        project_id as source_project_id,
        is_billable,
        is_entry_gone,
        version as read_version,
        known_at as read_at
    from newest
    where is_entry_gone or not is_deleted

)

select * from renamed
