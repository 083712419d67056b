-- Revenue that F&O invoiced of an hour line. F&O keeps it in the company's accounting currency and
-- does not say on which invoice.
with

source as (

    select * from {{ source('d365_fo', 'billed_hours') }}

),

renamed as (

    select
        source_system,
        id as source_allocation_id,
        version as source_version,
        known_at,
        is_deleted,
        line_id as erp_line_id,
        cast(null as varchar) as source_record_ref,
        cast(null as varchar) as invoice_id,
        cast(null as varchar) as invoice_number,
        cast(null as date) as invoice_date,
        true as is_issued,
        hours,
        revenue as billed_amount_contract,
        accounting_currency as contract_currency_code
    from source

)

select * from renamed
