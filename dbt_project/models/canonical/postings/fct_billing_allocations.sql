-- An allocation names the ERP line that it bills, or (files) only the entry: then the whole of
-- each matched line of that entry is billed, reversals with their own sign.
with

allocations as (

    select
        *,
        source_system || ':' || source_allocation_id as allocation_key
    from {{ ref('int_billing_allocations_known') }}
    where version_rank = 1 and not is_deleted

),

postings as (

    select * from {{ ref('fct_erp_postings') }}

)

select
    allocations.allocation_key as allocation_id,
    allocations.source_system,
    allocations.source_allocation_id,
    postings.posting_line_id,
    postings.entry_id,
    allocations.invoice_id,
    allocations.invoice_number,
    allocations.invoice_date,
    allocations.is_issued,
    cast(coalesce(allocations.hours, 0) as decimal(18, 4)) as hours,
    cast(coalesce(allocations.billed_amount_contract, 0) as decimal(18, 4))
        as billed_amount_contract,
    allocations.contract_currency_code,
    allocations.known_at
from allocations
left join postings
    on
        allocations.source_system = postings.erp_system
        and allocations.erp_line_id = postings.erp_line_id
where allocations.erp_line_id is not null
union all
select
    allocations.allocation_key || ':' || coalesce(postings.erp_line_id, 'unposted')
        as allocation_id,
    allocations.source_system,
    allocations.source_allocation_id,
    postings.posting_line_id,
    allocations.source_record_ref as entry_id,
    allocations.invoice_id,
    allocations.invoice_number,
    allocations.invoice_date,
    allocations.is_issued,
    coalesce(postings.hours, 0) as hours,
    coalesce(postings.bill_amount_contract, 0) as billed_amount_contract,
    postings.contract_currency_code,
    allocations.known_at
from allocations
left join postings
    on
        allocations.source_system = postings.erp_system
        and allocations.source_record_ref = postings.entry_id
        and postings.line_class = 'matched'
where allocations.erp_line_id is null
