-- General Ledger has the status of the period; Project Costing closes time and expenses by itself.
-- A period that was never opened or is in the future takes no postings either.
with

source as (

    select * from {{ source('oracle_fusion', 'accounting_periods') }}

),

modules as (

    select
        '101' as application_id,
        cast(null as varchar) as subledger
    union all
    select
        '10036' as application_id,
        'time' as subledger
    union all
    select
        '10036' as application_id,
        'expense' as subledger

),

renamed as (

    select
        source.source_system,
        source.id || coalesce('|' || modules.subledger, '') as source_period_id,
        source.version as source_version,
        source.known_at,
        source.is_deleted,
        source.legal_entity_id,
        {{ month_id('source.start_date') }} as accounting_period_id,
        modules.subledger,
        source.start_date,
        source.end_date,
        case when source.closing_status = 'O' then 'open' else 'closed' end as status
    from source
    inner join modules on source.application_id = modules.application_id

)

select * from renamed
