with

source as (

    {{ csv_versions('retainer_movements', [
        'movement_id', 'contract_id', 'movement_kind', 'invoice_id', 'amount',
        'occurred_on', 'is_confirmed'
    ]) }}

),

renamed as (

    select
        source_system,
        movement_id as source_movement_id,
        contract_id as source_contract_id,
        movement_kind,
        invoice_id as source_invoice_id,
        amount as movement_amount_contract,
        occurred_on,
        is_confirmed,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
