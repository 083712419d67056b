-- What a credit memo line takes back of a charge. NetSuite shows sales with the ledger's sign:
-- the amount and quantity of a credit line are positive.
with

source as (

    select * from {{ source('netsuite', 'credit_lines') }}

),

renamed as (

    select
        source_system,
        'credit:' || id as source_allocation_id,
        version as source_version,
        known_at,
        is_deleted,
        coalesce(
            timerecord,
            'journalEntry:' || journal
            || case when journal_line = '0' then '' else '-' || journal_line end
        ) as erp_line_id,
        cast(null as varchar) as source_record_ref,
        document as invoice_id,
        credit_number as invoice_number,
        credit_date as invoice_date,
        coalesce(credit_posting = 'T' and coalesce(credit_voided, 'F') = 'F', false) as is_issued,
        cast(-quantity as decimal(18, 4)) as hours,
        cast(-amount as decimal(18, 4)) as billed_amount_contract,
        currency_code as contract_currency_code
    from source

)

select * from renamed
