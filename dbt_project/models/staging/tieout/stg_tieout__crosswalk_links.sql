with

source as (

    select * from {{ source('ops', 'crosswalk') }}

),

renamed as (

    select
        cast(entity_kind as varchar) as entity_kind,
        cast(canonical_id as varchar) as canonical_id,
        cast(source_system as varchar) as source_system,
        cast(source_id as varchar) as source_id
    from source

)

select * from renamed
