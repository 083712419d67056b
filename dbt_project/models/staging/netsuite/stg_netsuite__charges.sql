-- What an invoice line bills: one charge. A charge that stands on no invoice, or stands on it no
-- longer, is no allocation.
with

source as (

    select * from {{ source('netsuite', 'charges') }}

),

renamed as (

    select
        source_system,
        'charge:' || id as source_allocation_id,
        version as source_version,
        known_at,
        is_deleted or invoice is null as is_deleted,
        coalesce(
            timerecord,
            'journalEntry:' || journal
            || case when journal_line = '0' then '' else '-' || journal_line end
        ) as erp_line_id,
        cast(null as varchar) as source_record_ref,
        invoice as invoice_id,
        invoice_number,
        invoice_date,
        coalesce(invoice_posting = 'T' and coalesce(invoice_voided, 'F') = 'F', false) as is_issued,
        quantity as hours,
        amount as billed_amount_contract,
        currency_code as contract_currency_code
    from source

)

select * from renamed
