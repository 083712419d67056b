with

source as (

    select * from {{ source('ops', 'firm_ownership') }}

),

renamed as (

    select
        cast(entity as varchar) as entity,
        cast(source_system as varchar) as source_system
    from source

)

select * from renamed
