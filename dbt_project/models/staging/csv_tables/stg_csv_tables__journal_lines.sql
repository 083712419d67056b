with

source as (

    {{ csv_versions('journal_lines', [
        'journal_line_id',
        'voucher_id',
        'legal_entity_id',
        'account_code',
        'accounting_date',
        'currency_code',
        'debit_amount',
        'credit_amount',
        'counterparty_entity_id'
    ]) }}

),

renamed as (

    select
        source_system,
        journal_line_id as source_journal_line_id,
        voucher_id,
        legal_entity_id as source_entity_id,
        account_code,
        accounting_date,
        currency_code,
        debit_amount,
        credit_amount,
        counterparty_entity_id as source_counterparty_id,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
