{# lines whose revenue does not follow the hours #}
{% set scheduled = "'fixed_fee', 'milestone', 'retainer', 'subscription'" %}

with

billed as (

    select
        invoice_lines.contract_line_id,
        -- of a document that no system describes the contract tells the currency
        coalesce(invoices.contract_currency_code, contract_lines.currency_code, 'unknown')
            as currency_code,
        sum(
            greatest(invoice_lines.line_amount_contract - invoice_lines.discount_amount_contract, 0)
        ) as billed_amount,
        sum(
            least(invoice_lines.line_amount_contract - invoice_lines.discount_amount_contract, 0)
        ) as credited_amount
    from {{ ref('fct_invoice_lines') }} as invoice_lines
    inner join {{ ref('dim_contract_lines') }} as contract_lines
        on invoice_lines.contract_line_id = contract_lines.contract_line_id
    left join {{ ref('fct_invoices') }} as invoices
        on invoice_lines.invoice_key = invoices.invoice_key
    where invoice_lines.is_issued
    group by
        invoice_lines.contract_line_id,
        coalesce(invoices.contract_currency_code, contract_lines.currency_code, 'unknown')

),

recognised as (

    select
        contract_line_id,
        currency_code,
        sum(recognised_amount) as recognised_amount
    from {{ ref('fct_revenue') }}
    group by contract_line_id, currency_code

),

sides as (

    select
        contract_line_id,
        currency_code,
        billed_amount,
        credited_amount,
        cast(0 as decimal(18, 4)) as recognised_amount
    from billed
    union all
    select
        contract_line_id,
        currency_code,
        cast(0 as decimal(18, 4)) as billed_amount,
        cast(0 as decimal(18, 4)) as credited_amount,
        recognised_amount
    from recognised

),

-- assets and liabilities of one contract are netted
sums as (

    select
        contract_lines.contract_id,
        sides.currency_code,
        sum(sides.billed_amount) as billed_amount,
        -sum(sides.credited_amount) as credited_amount,
        sum(sides.recognised_amount) as recognised_amount,
        sum(sides.billed_amount + sides.credited_amount - sides.recognised_amount)
            as deferred_amount
    from sides
    inner join {{ ref('dim_contract_lines') }} as contract_lines
        on sides.contract_line_id = contract_lines.contract_line_id
    where contract_lines.line_type in ({{ scheduled }})
    group by contract_lines.contract_id, sides.currency_code

)

select
    {{ surrogate_key(['sums.contract_id', 'sums.currency_code']) }} as revenue_tie_out_id,
    sums.contract_id,
    coalesce(contracts.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(contracts.client_id, {{ unknown_member() }}) as client_id,
    sums.currency_code,
    cast(sums.billed_amount as decimal(18, 4)) as billed_amount,
    cast(sums.credited_amount as decimal(18, 4)) as credited_amount,
    cast(sums.recognised_amount as decimal(18, 4)) as recognised_amount,
    cast(sums.deferred_amount as decimal(18, 4)) as deferred_amount,
    cast(greatest(-sums.deferred_amount, 0) as decimal(18, 4)) as contract_asset_amount,
    cast(greatest(sums.deferred_amount, 0) as decimal(18, 4)) as contract_liability_amount,
    {{ as_of() }} as as_of_at
from sums
left join {{ ref('dim_contracts') }} as contracts on sums.contract_id = contracts.contract_id
