-- What the invoice says of itself goes before what the allocation says of it.
with

documents as (

    select
        known.source_system,
        known.source_allocation_id,
        known.source_system || ':' || known.source_allocation_id as allocation_key,
        known.invoice_id,
        coalesce(
            own.invoice_key,
            other.invoice_key,
            known.source_system || ':' || known.invoice_id
        ) as invoice_key,
        known.source_system || ':' || known.source_invoice_line_id as invoice_line_id,
        coalesce(known.invoice_number, own.invoice_number, other.invoice_number) as invoice_number,
        coalesce(known.invoice_date, own.invoice_date, other.invoice_date) as invoice_date,
        coalesce(
            own.invoice_status,
            other.invoice_status,
            case when known.is_issued is false then 'draft' else 'issued' end
        ) as invoice_status,
        known.erp_line_id,
        known.source_record_ref,
        known.hours,
        known.billed_amount_contract,
        known.discount_amount_contract,
        known.contract_currency_code,
        known.known_at
    from {{ ref('int_billing_allocations_known') }} as known
    left join {{ ref('int_invoice_keys') }} as own
        on
            known.source_system = own.source_system
            and known.invoice_id = own.source_invoice_id
    left join {{ ref('int_invoice_keys') }} as other
        on known.invoice_id = other.source_invoice_id and other.is_unique
    where known.version_rank = 1 and not known.is_deleted

)

select
    *,
    invoice_status = 'issued' as is_issued
from documents
