with

source as (

    {{ csv_versions('invoices', [
        'invoice_id', 'invoice_number', 'client_id', 'contract_id', 'legal_entity_id',
        'document_type', 'invoice_status', 'invoice_date', 'issued_at', 'due_date',
        'currency_code', 'discount_amount', 'tax_amount', 'rounding_amount',
        'retainer_draw_amount', 'payable_amount', 'credited_invoice_id',
        'fx_rate_contract_to_functional'
    ]) }}

),

renamed as (

    select
        source_system,
        invoice_id as source_invoice_id,
        invoice_number,
        client_id as source_client_id,
        contract_id as source_contract_id,
        legal_entity_id as source_legal_entity_id,
        document_type,
        invoice_status,
        invoice_date,
        issued_at,
        due_date,
        currency_code as contract_currency_code,
        discount_amount as discount_amount_contract,
        tax_amount as tax_amount_contract,
        rounding_amount as rounding_amount_contract,
        retainer_draw_amount as retainer_draw_amount_contract,
        payable_amount as payable_amount_contract,
        credited_invoice_id as credited_source_invoice_id,
        fx_rate_contract_to_functional,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
