-- An allocation names the ERP line that it bills, or only the entry: with an amount, the line that
-- stands for the entry is billed; without one (files), the whole of each matched line of it,
-- reversals with their own sign.
{% set kept = [
    'source_system', 'source_allocation_id', 'invoice_id', 'invoice_key', 'invoice_line_id',
    'invoice_number', 'invoice_date', 'invoice_status', 'is_issued'
] %}

with

allocations as (

    select * from {{ ref('int_billing_allocations_placed') }}

),

postings as (

    select * from {{ ref('fct_erp_postings') }}

),

entry_lines as (

    {{ ranked_entry_lines('postings') }}

),

-- an ERP line is named by its own id where the ERP bills, else as system:id
lines as (

    select
        allocations.*, -- noqa: AM04
        coalesce(
            own_lines.posting_line_id, named_lines.posting_line_id, entry_lines.posting_line_id
        ) as posting_line_id,
        coalesce(own_lines.entry_id, named_lines.entry_id, allocations.source_record_ref)
            as entry_id,
        coalesce(
            allocations.contract_currency_code,
            own_lines.contract_currency_code,
            named_lines.contract_currency_code,
            entry_lines.contract_currency_code
        ) as line_currency_code
    from allocations
    left join postings as own_lines
        on
            allocations.source_system = own_lines.erp_system
            and allocations.erp_line_id = own_lines.erp_line_id
    left join postings as named_lines
        on allocations.erp_line_id = named_lines.posting_line_id
    left join entry_lines
        on
            {{ key_when('allocations.erp_line_id is null', 'allocations.source_record_ref') }}
            = entry_lines.entry_id
            and entry_lines.entry_line_rank = 1
    where allocations.erp_line_id is not null or allocations.billed_amount_contract is not null

)

select
    allocation_key as allocation_id,
    {{ kept | join(', ') }},
    posting_line_id,
    entry_id,
    cast(coalesce(hours, 0) as decimal(18, 4)) as hours,
    cast(coalesce(billed_amount_contract, 0) as decimal(18, 4)) as billed_amount_contract,
    cast(coalesce(discount_amount_contract, 0) as decimal(18, 4)) as discount_amount_contract,
    line_currency_code as contract_currency_code,
    known_at
from lines
union all
select
    allocations.allocation_key || ':' || coalesce(postings.erp_line_id, 'unposted')
        as allocation_id,
    allocations.{{ kept | join(', allocations.') }},
    postings.posting_line_id,
    allocations.source_record_ref as entry_id,
    coalesce(postings.hours, 0) as hours,
    coalesce(postings.bill_amount_contract, 0) as billed_amount_contract,
    cast(0 as decimal(18, 4)) as discount_amount_contract,
    postings.contract_currency_code,
    allocations.known_at
from allocations
left join postings
    on
        allocations.source_system = postings.erp_system
        and allocations.source_record_ref = postings.entry_id
        and postings.line_class = 'matched'
where allocations.erp_line_id is null and allocations.billed_amount_contract is null
