-- A document that no system describes is known by what it bills; it is a credit note when it takes
-- back more than it bills, and nothing is known of its tax, draw and payable.
{% set document_columns = [
    'source_system', 'invoice_id', 'invoice_number', 'document_type', 'invoice_status',
    'invoice_date', 'contract_currency_code'
] %}
{% set amounts = ['line', 'discount', 'tax', 'rounding', 'retainer_draw', 'paid'] %}

with

allocated as (

    select
        allocations.invoice_key,
        min(allocations.source_system) as source_system,
        min(allocations.invoice_id) as invoice_id,
        max(allocations.invoice_number) as invoice_number,
        case when sum(allocations.billed_amount_contract) < 0 then 'credit_note' else 'invoice' end
            as document_type,
        min(allocations.invoice_status) as invoice_status,
        max(allocations.invoice_date) as invoice_date,
        {% for column in ['client_id', 'legal_entity_id'] %}
            case
                when min(postings.{{ column }}) = max(postings.{{ column }})
                    then min(postings.{{ column }})
            end as {{ column }},
        {% endfor %}
        max(allocations.contract_currency_code) as contract_currency_code,
        sum(allocations.billed_amount_contract + allocations.discount_amount_contract)
            as line_amount,
        sum(allocations.discount_amount_contract) as discount_amount,
        max(allocations.known_at) as known_at
    from {{ ref('fct_billing_allocations') }} as allocations
    left join {{ ref('fct_erp_postings') }} as postings
        on allocations.posting_line_id = postings.posting_line_id
    group by allocations.invoice_key

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
        coalesce(line_sums.line_amount, allocated.line_amount) as line_amount,
        coalesce(
            described.discount_amount_contract, line_sums.discount_amount, allocated.discount_amount
        ) as discount_amount,
        {% for amount in amounts[2:5] %}
            described.{{ amount }}_amount_contract as {{ amount }}_amount,
        {% endfor %}
        described.payable_amount_contract,
        paid.paid_amount,
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
    {% for amount in amounts %}
        cast(coalesce({{ amount }}_amount, 0) as decimal(18, 4)) as {{ amount }}_amount_contract,
    {% endfor %}
    payable_amount_contract,
    credited_invoice_key,
    fx_rate_contract_to_functional,
    is_described,
    known_at
from documents
