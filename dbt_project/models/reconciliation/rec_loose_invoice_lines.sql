-- Lines of an invoice whose allocations name no lines are taken for what those allocations bill;
-- funding a retainer bills nothing.
with

allocations as (

    select
        invoice_key,
        invoice_line_id
    from {{ ref('fct_billing_allocations') }}
    where is_issued

)

select
    invoice_lines.invoice_line_id,
    cast(null as varchar) as project_id,
    contract_lines.currency_code as contract_currency_code,
    cast(
        invoice_lines.line_amount_contract - invoice_lines.discount_amount_contract
        as decimal(18, 4)
    ) as billed_amount_contract,
    contract_lines.contract_id,
    invoice_lines.contract_line_id,
    {{ as_of() }} as as_of_at
from {{ ref('fct_invoice_lines') }} as invoice_lines
inner join {{ ref('dim_contract_lines') }} as contract_lines
    on invoice_lines.contract_line_id = contract_lines.contract_line_id
where
    invoice_lines.is_issued
    and invoice_lines.line_type != 'retainer'
    and not exists (
        select 1 from allocations
        where
            allocations.invoice_key = invoice_lines.invoice_key
            and allocations.invoice_line_id = invoice_lines.invoice_line_id
    )
    and not (
        invoice_lines.line_type in ('labour', 'expense', 'other')
        and exists (
            select 1 from allocations
            where
                allocations.invoice_key = invoice_lines.invoice_key
                and allocations.invoice_line_id is null
        )
    )
