with

source as (

    select * from {{ source('ops', 'firm_routing') }}

),

renamed as (

    select
        cast(priority as integer) as priority,
        cast(target as varchar) as target,  -- noqa: RF04
        cast(legal_entity_id as varchar) as legal_entity_id,
        cast(entry_type as varchar) as entry_type,
        cast(client_id as varchar) as client_id,
        cast(project_id as varchar) as project_id,
        cast(contract_id as varchar) as contract_id,
        cast(service_line_code as varchar) as service_line_code,
        cast(region_code as varchar) as region_code,
        cast(tax_jurisdiction_code as varchar) as tax_jurisdiction_code,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(mode as varchar) as mode,  -- noqa: RF04
        cast(grain as varchar) as grain
    from source

)

select * from renamed
