-- lines - discount + tax + rounding - retainer draw = payable, on every issued document that states
-- it. Differences of documents are not netted: each adds to the left side without its sign.
with

documents as (

    select
        legal_entity_id,
        invoice_month,
        contract_currency_code,
        payable_amount_contract,
        line_amount_contract - discount_amount_contract + tax_amount_contract
        + rounding_amount_contract - retainer_draw_amount_contract as computed_amount
    from {{ ref('fct_invoices') }}
    where is_issued and payable_amount_contract is not null

)

select
    'I7' as identity_id,
    legal_entity_id,
    coalesce(invoice_month, 'unknown') as accounting_period_id,
    'payable' as measure,
    coalesce(contract_currency_code, 'unknown') as currency_code,
    cast(
        sum(payable_amount_contract + abs(computed_amount - payable_amount_contract))
        as decimal(18, 4)
    ) as left_amount,
    cast(sum(payable_amount_contract) as decimal(18, 4)) as right_amount
from documents
group by
    legal_entity_id, coalesce(invoice_month, 'unknown'), coalesce(contract_currency_code, 'unknown')
