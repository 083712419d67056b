with

source as (

    {{ csv_versions('contracts', [
        'contract_id', 'contract_code', 'contract_name', 'engagement_code', 'client_id',
        'legal_entity_id', 'currency_code', 'start_date', 'end_date',
        'purchase_order_number', 'purchase_order_end_date', 'cap_amount',
        'discount_percent', 'tax_code', 'payment_terms_days', 'needs_billing_approval',
        'is_active', 'amendment_number'
    ]) }}

),

renamed as (

    select
        source_system,
        contract_id as source_contract_id,
        nullif(trim(contract_code), '') as contract_code,
        contract_name,
        engagement_code,
        client_id as source_client_id,
        legal_entity_id as source_legal_entity_id,
        currency_code,
        start_date,
        end_date,
        purchase_order_number,
        purchase_order_end_date,
        cap_amount as cap_amount_contract,
        discount_percent,
        nullif(trim(tax_code), '') as tax_code,
        payment_terms_days,
        needs_billing_approval,
        is_active,
        amendment_number,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
