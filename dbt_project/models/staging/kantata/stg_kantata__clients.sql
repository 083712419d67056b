-- A client is a group that stands for a company; groups of other kinds only sort projects.
with

source as (

    select * from {{ source('kantata', 'workspace_groups') }}

),

renamed as (

    select
        source_system,
        id as source_client_id,
        version as source_version,
        known_at,
        is_deleted,
        customer__code as client_code,
        name as client_name,
        cast(null as varchar) as currency_code,
        not is_deleted as is_active
    from source
    where coalesce(company, false)

)

select * from renamed
