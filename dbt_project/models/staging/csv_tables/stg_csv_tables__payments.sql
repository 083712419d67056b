with

source as (

    {{ csv_versions('payments', [
        'payment_id', 'invoice_id', 'amount', 'paid_on'
    ]) }}

),

renamed as (

    select
        source_system,
        payment_id as source_payment_id,
        invoice_id as source_invoice_id,
        amount as paid_amount_contract,
        paid_on,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
