with

source as (

    {{ csv_versions('accounting_periods', [
        'period_id', 'legal_entity_id', 'accounting_period_id', 'subledger', 'start_date',
        'end_date', 'period_status'
    ]) }}

),

renamed as (

    select
        source_system,
        period_id as source_period_id,
        source_version,
        known_at,
        is_deleted,
        legal_entity_id,
        accounting_period_id,
        subledger,
        start_date,
        end_date,
        coalesce(period_status, 'open') as status
    from source

)

select * from renamed
