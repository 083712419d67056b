{# measure, its column in the tables below, its currency, and the leg of a gap that carries it #}
{% set measures = [
    ('hours', 'hours', "'none'", 'cost'),
    ('cost', 'cost_amount_functional', 'functional_currency_code', 'cost'),
    ('bill', 'bill_amount_contract', 'contract_currency_code', 'bill')
] %}
{# component, its table, which rows of it, their work period. A line of several entries is posted
   where its shares are: its week may lie in two periods; what they leave over counts as the line #}
{% set tables = [
    ('approved', ref('fct_entries'), 'is_effective', 'accounting_period_id'),
    ('posted', ref('fct_erp_postings'), "line_class != 'matched' or match_tier <= 1",
        'work_period_id'),
    ('posted', ref('fct_posting_shares'), 'match_tier > 1', 'work_period_id'),
    ('approved_not_posted', ref('rec_approved_not_posted'), none, 'accounting_period_id'),
    ('orphan', ref('rec_orphan_postings'), none, 'work_period_id'),
    ('duplicate_excess', ref('rec_duplicate_postings'), none, 'work_period_id')
] %}

with

items as (

    {% for component, table, is_counted, work_period_id in tables %}
        {% for measure, column, currency, leg in measures %}
            select
                '{{ component }}' as component,
                legal_entity_id,
                {{ work_period_id }},
                '{{ measure }}' as measure,
                {{ currency }} as currency_code,
                {{ column }} as amount
            from {{ table }}
            {% if is_counted %}where {{ is_counted }}{% endif %}
            union all
        {% endfor %}
    {% endfor %}
    {% for direction in ['to_post', 'to_reverse'] %}
        {% for measure, column, currency, leg in measures %}
            select
                '{{ direction }}' as component,
                legal_entity_id,
                accounting_period_id,
                '{{ measure }}' as measure,
                {{ "'none'" if measure == 'hours' else 'currency_code' }},
                {{ 'hours' if measure == 'hours' else 'amount' }}_{{ direction }} as amount
            from {{ ref('rec_adjusted_not_reclassified') }}
            where leg = '{{ leg }}'
            union all
        {% endfor %}
    {% endfor %}
    {% for component, sign in [('posted', ''), ('tolerance', '-')] %}
        {% for measure, column, currency, leg in measures %}
            select
                '{{ component }}' as component,
                legal_entity_id,
                work_period_id as accounting_period_id,
                '{{ measure }}' as measure,
                {{ currency }} as currency_code,
                {{ sign }}variance_{{ column }} as amount
            from {{ ref('fct_erp_postings') }}
            where match_tier > 1
            union all
        {% endfor %}
    {% endfor %}
    select
        'tolerance' as component,
        legal_entity_id,
        work_period_id as accounting_period_id,
        leg as measure,
        currency_code,
        amount_to_post - amount_to_reverse as amount
    from {{ ref('rec_posting_gaps') }}
    where is_within_tolerance

),

sums as (

    select
        component,
        coalesce(legal_entity_id, 'unknown') as legal_entity_id,
        coalesce(accounting_period_id, 'unknown') as accounting_period_id,
        measure,
        coalesce(currency_code, 'unknown') as currency_code,
        cast(coalesce(sum(amount), 0) as decimal(18, 4)) as amount,
        count(*) as row_count
    from items
    where amount != 0 or measure = 'hours'
    group by
        component,
        coalesce(legal_entity_id, 'unknown'),
        coalesce(accounting_period_id, 'unknown'),
        measure,
        coalesce(currency_code, 'unknown')

)

select
    {{ surrogate_key([
        'sums.component', 'sums.legal_entity_id', 'sums.accounting_period_id', 'sums.measure',
        'sums.currency_code'
    ]) }} as tie_out_component_id,
    sums.component,
    sums.legal_entity_id,
    sums.accounting_period_id,
    sums.measure,
    sums.currency_code,
    sums.amount,
    sums.row_count,
    {{ as_of() }} as as_of_at
from sums
