-- A period that projects may not post into is no open period for us.
with

source as (

    select * from {{ source('d365_fo', 'accounting_periods') }}

),

renamed as (

    select
        source_system,
        id as source_period_id,
        version as source_version,
        known_at,
        is_deleted,
        legal_entity_id,
        {{ month_id('start_date') }} as accounting_period_id,
        cast(null as varchar) as subledger,
        start_date,
        end_date,
        case
            when status = 'Open' and project_access != 'None' then 'open'
            when status in ('Open', 'OnHold') then 'soft_closed'
            else 'closed'
        end as status
    from source

)

select * from renamed
