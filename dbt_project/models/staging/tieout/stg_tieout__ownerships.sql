with

source as (

    select * from {{ source('ops', 'firm_ownership') }}

),

renamed as (

    select
        cast(entity as varchar) as entity,
        cast(field as varchar) as field,
        cast(source_system as varchar) as source_system,
        cast(legal_entity_id as varchar) as legal_entity_id,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to
    from source

)

select * from renamed
