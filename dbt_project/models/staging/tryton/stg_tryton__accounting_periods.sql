-- Adjustment periods overlap the months and take no postings of ours.
with

source as (

    select * from {{ source('tryton', 'accounting_periods') }}

),

renamed as (

    select
        source_system,
        id as source_period_id,
        version as source_version,
        known_at,
        is_deleted,
        company__party__code as legal_entity_id,
        {{ month_id('start_date') }} as accounting_period_id,
        cast(null as varchar) as subledger,
        start_date,
        end_date,
        case when state = 'open' then 'open' else 'closed' end as status
    from source
    where type = 'standard'

)

select * from renamed
