with

source as (

    {{ csv_versions('invoice_lines', [
        'invoice_line_id', 'invoice_id', 'line_type', 'contract_line_id', 'milestone_id',
        'hours', 'amount', 'discount_amount', 'is_manual_override'
    ]) }}

),

renamed as (

    select
        source_system,
        invoice_line_id as source_invoice_line_id,
        invoice_id as source_invoice_id,
        line_type,
        contract_line_id as source_contract_line_id,
        milestone_id as source_milestone_id,
        hours,
        amount as line_amount_contract,
        discount_amount as discount_amount_contract,
        is_manual_override,
        source_version,
        known_at,
        is_deleted
    from source

)

select * from renamed
