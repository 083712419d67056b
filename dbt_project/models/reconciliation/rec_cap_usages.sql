-- What is invoiced uses up a cap even where its line was reversed since; so do lines of invoices
-- that bill no posted line: milestones, subscriptions, lump sums. Funding a retainer does not.
{% set levels = [
    ('project', 'project_id', ref('dim_projects'), 'contract_currency_code'),
    ('contract_line', 'contract_line_id', ref('dim_contract_lines'), 'currency_code'),
    ('contract', 'contract_id', ref('dim_contracts'), 'currency_code')
] %}

with

capped as (

    {% for cap_level, scope, dimension, currency in levels %}
        select
            '{{ cap_level }}' as cap_level,
            {{ scope }} as scope_id,
            cap_amount_contract,
            {{ currency }} as contract_currency_code
        from {{ dimension }}
        where cap_amount_contract is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

allocations as (

    select
        {% for column in ['contract_id', 'contract_line_id'] %}
            case
                when coalesce(postings.project_id = entries.project_id, true)
                    then entries.{{ column }}
            end as {{ column }},
        {% endfor %}
        coalesce(postings.project_id, entries.project_id) as project_id,
        billed.invoice_line_id,
        billed.invoice_key,
        billed.contract_currency_code,
        billed.billed_amount_contract
    from {{ ref('fct_billing_allocations') }} as billed
    left join {{ ref('fct_erp_postings') }} as postings
        on billed.posting_line_id = postings.posting_line_id
    left join {{ ref('fct_entries') }} as entries on billed.entry_id = entries.entry_id
    where billed.is_issued

),

billings as (

    {% for relation in ['allocations', ref('rec_loose_invoice_lines')] %}
        {% for cap_level, scope, dimension, currency in levels %}
            select
                '{{ cap_level }}' as cap_level,
                {{ scope }} as scope_id,
                contract_currency_code,
                billed_amount_contract
            from {{ relation }}
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

invoiced as (

    select
        capped.cap_level,
        capped.scope_id,
        max(billings.contract_currency_code) as contract_currency_code,
        sum(billings.billed_amount_contract) as invoiced_amount
    from capped
    inner join billings
        on
            capped.cap_level = billings.cap_level
            and capped.scope_id = billings.scope_id
            and coalesce(capped.contract_currency_code = billings.contract_currency_code, true)
    group by capped.cap_level, capped.scope_id

)

select
    capped.cap_level || ':' || capped.scope_id as cap_id,
    capped.cap_level,
    capped.scope_id,
    coalesce(capped.contract_currency_code, invoiced.contract_currency_code, 'unknown')
        as contract_currency_code,
    cast(capped.cap_amount_contract as decimal(18, 4)) as cap_amount_contract,
    cast(coalesce(invoiced.invoiced_amount, 0) as decimal(18, 4)) as invoiced_amount_contract,
    {{ as_of() }} as as_of_at
from capped
left join invoiced
    on capped.cap_level = invoiced.cap_level and capped.scope_id = invoiced.scope_id
