{# rollforward, its mart, item, version, and (measure, column, currency) #}
{% set marts = [
    ('approved_not_posted', ref('rec_approved_not_posted'), 'entry_id', 'source_version', [
        ('hours', 'hours', "'none'"),
        ('cost', 'cost_amount_functional', 'functional_currency_code'),
        ('bill', 'bill_amount_contract', 'contract_currency_code')
    ]),
    ('work_in_progress', ref('rec_posted_not_billed'), 'posting_line_id', '0', [
        ('bill', 'remaining_amount_contract', 'contract_currency_code')
    ]),
    ('deferred', ref('rec_revenue_tie_out'), 'revenue_tie_out_id', '0', [
        ('deferred', 'deferred_amount', 'currency_code')
    ]),
    ('reimbursements', ref('rec_reimbursements_open'), 'reimbursement_open_id', '0', [
        ('payable', 'open_amount', 'currency_code')
    ])
] %}

with

items as (

    {% for rollforward, mart, item, version, measures in marts %}
        {% set last_mart = loop.last %}
        {% for measure, column, currency in measures %}
            select
                '{{ rollforward }}' as rollforward,
                {{ item }} as item_id,
                {{ version }} as item_version,
                coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
                '{{ measure }}' as measure,
                {{ currency if measure == 'hours' else "coalesce(" ~ currency ~ ", 'unknown')" }}
                    as currency_code,
                {{ column }} as closing_amount
            from {{ mart }}
            {% if not (last_mart and loop.last) %}union all{% endif %}
        {% endfor %}
    {% endfor %}

)

select
    {{ surrogate_key(['rollforward', 'item_id', 'measure', 'currency_code']) }}
        as rollforward_item_id,
    rollforward,
    item_id,
    cast(item_version as bigint) as item_version,
    legal_entity_id,
    measure,
    currency_code,
    cast(closing_amount as decimal(18, 4)) as closing_amount,
    {{ as_of() }} as as_of_at
from items
where closing_amount != 0
