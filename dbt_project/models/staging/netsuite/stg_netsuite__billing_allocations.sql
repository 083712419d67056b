-- Invoices bill charges and credit memos take them back.
with

charges as (

    select * from {{ ref('stg_netsuite__charges') }}

),

credit_lines as (

    select * from {{ ref('stg_netsuite__credit_lines') }}

)

{{ union_shapes(['charges', 'credit_lines'], [
    'source_system', 'source_allocation_id', 'source_version', 'known_at', 'is_deleted',
    'erp_line_id', 'source_record_ref', 'invoice_id', 'invoice_number', 'invoice_date',
    'is_issued', 'hours', 'billed_amount_contract', 'contract_currency_code'
]) }}
