-- A locked month takes no postings, although it is not closed yet.
with

source as (

    select * from {{ source('netsuite', 'accounting_periods') }}

),

renamed as (

    select
        source_system,
        id as source_period_id,
        version as source_version,
        known_at,
        is_deleted,
        coalesce(subsidiary_external_id, subsidiary_id) as legal_entity_id,
        {{ month_id('startdate') }} as accounting_period_id,
        cast(null as varchar) as subledger,
        startdate as start_date,
        enddate as end_date,
        case
            when closed = 'T' then 'closed'
            when alllocked = 'T' then 'soft_closed'
            else 'open'
        end as status
    from source

)

select * from renamed
