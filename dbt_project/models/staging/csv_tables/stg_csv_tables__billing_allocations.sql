with

source as (

    {{ csv_versions('billing_allocations', [
        'allocation_id', 'invoice_line_id', 'invoice_id', 'invoice_number',
        'invoice_date', 'is_issued', 'erp_line_id', 'entry_id', 'hours',
        'billed_amount_contract', 'discount_amount_contract', 'contract_currency_code'
    ]) }}

),

renamed as (

    select
        source_system,
        allocation_id as source_allocation_id,
        invoice_line_id as source_invoice_line_id,
        invoice_id as source_invoice_id,
        invoice_number,
        invoice_date,
        is_issued,
        erp_line_id,
        case
            when entry_id like '%:%' then entry_id
            else source_system || ':' || entry_id
        end as source_record_ref,
        hours,
        billed_amount_contract,
        discount_amount_contract,
        contract_currency_code,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
