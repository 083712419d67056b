with

tiers as (

    select
        posting_line_id,
        max(match_tier) as match_tier
    from {{ ref('fct_posting_shares') }}
    group by posting_line_id

),

-- what people can touch, and what they touched
lines as (

    select
        'billing_lines' as intervention,
        coalesce(invoices.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce({{ month_id('invoice_lines.invoice_date') }}, 'unknown') as accounting_period_id,
        case when invoice_lines.is_manual_override then 1 else 0 end as touched,
        invoice_lines.line_amount_contract as amount,
        invoices.contract_currency_code as currency_code
    from {{ ref('fct_invoice_lines') }} as invoice_lines
    inner join {{ ref('fct_invoices') }} as invoices
        on invoice_lines.invoice_key = invoices.invoice_key
    where invoice_lines.is_issued
    union all
    select
        'manual_journals' as intervention,
        coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(accounting_period_id, 'unknown') as accounting_period_id,
        case when class_detail = 'manual_journal' then 1 else 0 end as touched,
        cost_amount_functional as amount,
        functional_currency_code as currency_code
    from {{ ref('fct_erp_postings') }}
    union all
    select
        'manual_matches' as intervention,
        coalesce(postings.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(postings.accounting_period_id, 'unknown') as accounting_period_id,
        case when tiers.match_tier = 5 then 1 else 0 end as touched,
        postings.cost_amount_functional as amount,
        postings.functional_currency_code as currency_code
    from {{ ref('fct_erp_postings') }} as postings
    inner join tiers on postings.posting_line_id = tiers.posting_line_id

),

sums as (

    select
        intervention,
        legal_entity_id,
        accounting_period_id,
        coalesce(currency_code, 'unknown') as currency_code,
        count(*) as line_count,
        sum(touched) as touched_count,
        sum(case when touched = 1 then amount else 0 end) as touched_amount
    from lines
    group by
        intervention, legal_entity_id, accounting_period_id, coalesce(currency_code, 'unknown')

)

select
    sums.intervention || ':' || sums.legal_entity_id || ':' || sums.accounting_period_id || ':'
    || sums.currency_code as manual_intervention_id,
    sums.intervention,
    sums.legal_entity_id,
    sums.accounting_period_id,
    sums.currency_code,
    sums.line_count,
    cast(sums.touched_count as bigint) as touched_count,
    cast(sums.touched_amount as decimal(18, 4)) as touched_amount,
    {{ ratio_of('sums.touched_count', 'sums.line_count') }} as intervention_ratio,
    {{ as_of() }} as as_of_at
from sums
