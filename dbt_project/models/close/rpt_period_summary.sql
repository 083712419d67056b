{# figure, its order, its table, which rows, and the columns that carry it #}
{% set zero = "cast(0 as decimal(18, 4))" %}
{% set plain = ['hours', 'cost_amount_functional', 'bill_amount_contract'] %}
{% set figures = [
    ('approved', 1, 'fct_transaction_trace', 'is_effective', 'accounting_period_id', plain),
    ('posted', 2, 'fct_erp_postings', 'true', 'work_period_id', plain),
    ('approved_not_posted', 3, 'rec_approved_not_posted', 'true', 'accounting_period_id', plain),
    ('to_post', 4, 'rec_adjusted_not_reclassified', "leg = 'cost'", 'accounting_period_id',
        ['hours_to_post', 'amount_to_post', zero]),
    ('to_post', 4, 'rec_adjusted_not_reclassified', "leg = 'bill'", 'accounting_period_id',
        [zero, zero, 'amount_to_post']),
    ('to_reverse', 5, 'rec_adjusted_not_reclassified', "leg = 'cost'", 'accounting_period_id',
        ['hours_to_reverse', 'amount_to_reverse', zero]),
    ('to_reverse', 5, 'rec_adjusted_not_reclassified', "leg = 'bill'", 'accounting_period_id',
        [zero, zero, 'amount_to_reverse']),
    ('orphan', 6, 'rec_orphan_postings', 'true', 'work_period_id', plain),
    ('duplicate', 7, 'rec_duplicate_postings', 'true', 'work_period_id', plain),
    ('posted_not_billed', 8, 'rec_posted_not_billed', 'true', 'work_period_id',
        ['hours - billed_hours', 'cost_amount_functional', 'remaining_amount_contract'])
] %}
{% set groups = [
    'figure', 'figure_order', 'legal_entity_id', 'accounting_period_id',
    'functional_currency_code', 'contract_currency_code'
] %}

with

items as (

    {% for figure, figure_order, table, is_counted, period, columns in figures %}
        select
            '{{ figure }}' as figure,
            {{ figure_order }} as figure_order,
            coalesce(legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
            cast({{ period }} as varchar) as accounting_period_id,
            coalesce(functional_currency_code, 'unknown') as functional_currency_code,
            coalesce(contract_currency_code, 'unknown') as contract_currency_code,
            cast({{ columns[0] }} as decimal(18, 4)) as hours,
            {{ columns[1] }} as cost_amount,
            {{ columns[2] }} as bill_amount
        from {{ ref(table) }}
        where {{ is_counted }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    {{ surrogate_key(groups) }} as period_summary_id,
    {% for column in groups %}
        {{ column }},
    {% endfor %}
    count(*) as row_count,
    cast(coalesce(sum(hours), 0) as decimal(18, 4)) as hours,
    cast(coalesce(sum(cost_amount), 0) as decimal(18, 4)) as cost_amount_functional,
    cast(coalesce(sum(bill_amount), 0) as decimal(18, 4)) as bill_amount_contract,
    {{ as_of() }} as as_of_at
from items
group by {{ groups | join(', ') }}
