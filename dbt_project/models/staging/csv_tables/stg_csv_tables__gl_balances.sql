with

source as (

    {{ csv_versions('gl_balances', [
        'balance_id',
        'legal_entity_id',
        'account_code',
        'accounting_period_id',
        'currency_code',
        'opening_amount',
        'debit_amount',
        'credit_amount',
        'closing_amount'
    ]) }}

),

renamed as (

    select
        source_system,
        balance_id as source_balance_id,
        legal_entity_id as source_entity_id,
        account_code,
        accounting_period_id,
        currency_code,
        opening_amount,
        debit_amount,
        credit_amount,
        closing_amount,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
