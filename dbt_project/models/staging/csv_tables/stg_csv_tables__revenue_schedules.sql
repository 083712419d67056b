with

source as (

    {{ csv_versions('revenue_schedules', [
        'schedule_id',
        'contract_line_id',
        'accounting_period_id',
        'recognised_amount',
        'currency_code'
    ]) }}

),

renamed as (

    select
        source_system,
        schedule_id as source_schedule_id,
        contract_line_id as source_contract_line_id,
        accounting_period_id,
        recognised_amount,
        currency_code,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
