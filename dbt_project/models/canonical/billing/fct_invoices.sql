-- A document that no system describes is still known by what it bills; it is a credit note when it
-- takes back more than it bills, and nothing is known of its tax, draw and payable.
{% set document_columns = [
    'source_system', 'invoice_id', 'invoice_number', 'document_type', 'invoice_status',
    'invoice_date'
] %}

with

allocations as (

    select
        allocated.*,
        postings.client_id,
        postings.legal_entity_id
    from {{ ref('fct_billing_allocations') }} as allocated
    left join {{ ref('fct_erp_postings') }} as postings
        on allocated.posting_line_id = postings.posting_line_id

),

allocated as (

    select
        invoice_key,
        min(source_system) as source_system,
        min(invoice_id) as invoice_id,
        max(invoice_number) as invoice_number,
        case when sum(billed_amount_contract) < 0 then 'credit_note' else 'invoice' end
            as document_type,
        min(invoice_status) as invoice_status,
        max(invoice_date) as invoice_date,
        case when min(client_id) = max(client_id) then min(client_id) end as client_id,
        case when min(legal_entity_id) = max(legal_entity_id) then min(legal_entity_id) end
            as legal_entity_id,
        max(contract_currency_code) as contract_currency_code,
        sum(billed_amount_contract + discount_amount_contract) as line_amount,
        sum(discount_amount_contract) as discount_amount,
        max(known_at) as known_at
    from allocations
    group by invoice_key

),

line_sums as (

    select
        invoice_key,
        sum(line_amount_contract) as line_amount,
        sum(discount_amount_contract) as discount_amount
    from {{ ref('fct_invoice_lines') }}
    group by invoice_key

),

paid as (

    select
        invoice_key,
        sum(paid_amount_contract) as paid_amount
    from {{ ref('fct_payments') }}
    group by invoice_key

),

documents as (

    select
        coalesce(described.invoice_key, allocated.invoice_key) as invoice_key,
        {% for column in document_columns %}
            coalesce(described.{{ column }}, allocated.{{ column }}) as {{ column }},
        {% endfor %}
        described.issued_at,
        coalesce(
            described.due_date,
            {{ add_days(
                'described.invoice_date', 'cast(described.payment_terms_days as integer)'
            ) }}
        ) as due_date,
        coalesce(described.client_id, allocated.client_id, {{ unknown_member() }}) as client_id,
        described.contract_id,
        coalesce(described.legal_entity_id, allocated.legal_entity_id, {{ unknown_member() }})
            as legal_entity_id,
        coalesce(described.contract_currency_code, allocated.contract_currency_code)
            as contract_currency_code,
        coalesce(line_sums.line_amount, allocated.line_amount, 0) as line_amount,
        coalesce(
            described.discount_amount_contract,
            line_sums.discount_amount,
            allocated.discount_amount,
            0
        ) as discount_amount,
        described.tax_amount_contract,
        described.rounding_amount_contract,
        described.retainer_draw_amount_contract,
        described.payable_amount_contract,
        coalesce(paid.paid_amount, 0) as paid_amount,
        described.credited_invoice_key,
        described.fx_rate_contract_to_functional,
        described.invoice_key is not null as is_described,
        coalesce(described.known_at, allocated.known_at) as known_at
    from {{ ref('int_invoices_resolved') }} as described
    full outer join allocated on described.invoice_key = allocated.invoice_key
    left join line_sums
        on coalesce(described.invoice_key, allocated.invoice_key) = line_sums.invoice_key
    left join paid on coalesce(described.invoice_key, allocated.invoice_key) = paid.invoice_key

)

select
    invoice_key,
    {{ document_columns | join(', ') }},
    invoice_status = 'issued' as is_issued,
    issued_at,
    due_date,
    client_id,
    contract_id,
    legal_entity_id,
    {{ month_id('invoice_date') }} as invoice_month,
    contract_currency_code,
    cast(line_amount as decimal(18, 4)) as line_amount_contract,
    cast(discount_amount as decimal(18, 4)) as discount_amount_contract,
    cast(coalesce(tax_amount_contract, 0) as decimal(18, 4)) as tax_amount_contract,
    cast(coalesce(rounding_amount_contract, 0) as decimal(18, 4)) as rounding_amount_contract,
    cast(coalesce(retainer_draw_amount_contract, 0) as decimal(18, 4))
        as retainer_draw_amount_contract,
    payable_amount_contract,
    cast(paid_amount as decimal(18, 4)) as paid_amount_contract,
    credited_invoice_key,
    fx_rate_contract_to_functional,
    is_described,
    known_at
from documents
