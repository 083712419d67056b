{# measure, its column, its currency #}
{% set measures = [
    ('hours', 'hours', none),
    ('cost', 'cost_amount_functional', 'functional_currency_code'),
    ('bill', 'bill_amount_contract', 'contract_currency_code')
] %}
{% set nothing = 'cast(0 as decimal(18, 4))' %}

with

lines as (

    select
        *,
        case when is_reversal then reverses_external_id else external_id end as original_id,
        row_number() over (
            partition by
                erp_system,
                is_reversal,
                case when is_reversal then reverses_external_id else external_id end
            order by posted_at asc nulls last, posting_line_id asc
        ) as line_number
    from {{ ref('fct_erp_postings') }}

),

-- the first reversal of an external id cancels its first line, the second the second
pairs as (

    select
        originals.erp_system || ' ' || originals.original_id || ' #'
        || cast(originals.line_number as varchar) as pair_name,
        originals.legal_entity_id,
        {% for measure, column, currency in measures %}
            {% for side in ['original', 'reversal'] %}
                {{ side }}s.{{ column }} as {{ side }}_{{ measure }},
                {% if currency %}
                    {{ side }}s.{{ currency }} as {{ side }}_{{ measure }}_currency,
                {% endif %}
            {% endfor %}
        {% endfor %}
        reversals.accounting_period_id
    from lines as originals
    inner join lines as reversals
        on
            originals.erp_system = reversals.erp_system
            and originals.original_id = reversals.original_id
            and originals.line_number = reversals.line_number
            and reversals.is_reversal
    where not originals.is_reversal

),

sides as (

    {% for measure, column, currency in measures %}
        {% for side, sign in [('original', ''), ('reversal', '-')] %}
            {% set amount, code = sign ~ side ~ '_' ~ measure, side ~ '_' ~ measure ~ '_currency' %}
            select
                pair_name,
                legal_entity_id,
                accounting_period_id,
                '{{ measure }}' as measure,
                {{ "coalesce(" ~ code ~ ", 'unknown')" if currency else "'none'" }}
                    as currency_code,
                {{ amount if side == 'original' else nothing }} as original_amount,
                {{ amount if side == 'reversal' else nothing }} as reversed_amount
            from pairs
            union all
        {% endfor %}
    {% endfor %}
    select
        pair_name,
        legal_entity_id,
        accounting_period_id,
        'pairs' as measure,
        'none' as currency_code,
        cast(1 as decimal(18, 4)) as original_amount,
        cast(1 as decimal(18, 4)) as reversed_amount
    from pairs

),

pair_sums as (

    select
        pair_name,
        legal_entity_id,
        accounting_period_id,
        measure,
        currency_code,
        sum(original_amount) as original_amount,
        sum(reversed_amount) as reversed_amount
    from sides
    group by pair_name, legal_entity_id, accounting_period_id, measure, currency_code

)

select
    'I12' as identity_id,
    legal_entity_id,
    accounting_period_id,
    measure,
    currency_code,
    cast(sum(original_amount) as decimal(18, 4)) as left_amount,
    cast(sum(reversed_amount) as decimal(18, 4)) as right_amount
from pair_sums
group by legal_entity_id, accounting_period_id, measure, currency_code
union all
-- a pair that does not cancel stands by itself: another one must not make up for it
select
    'I12' as identity_id,
    legal_entity_id,
    accounting_period_id,
    measure || ' of ' || pair_name as measure,
    currency_code,
    cast(original_amount as decimal(18, 4)) as left_amount,
    cast(reversed_amount as decimal(18, 4)) as right_amount
from pair_sums
where original_amount != reversed_amount
