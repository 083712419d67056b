{% set keys = ['legal_entity_id', 'accounting_period_id', 'measure', 'currency_code'] %}
{# sign of each component in I1: approved - posted = the rest #}
{% set left_signs = {'approved': 1, 'posted': -1} %}
{% set right_signs = {
    'approved_not_posted': 1, 'to_post': 1, 'to_reverse': -1, 'orphan': -1,
    'duplicate_excess': -1, 'tolerance': 1
} %}

with

{% for side, signs in [('left', left_signs), ('right', right_signs)] %}
    {{ side }}_side as (

        select
            {% for key in keys %}
                {{ key }},
            {% endfor %}
            {% for component, sign in signs.items() %}
                sum(case when component = '{{ component }}' then amount else 0 end)
                    as {{ component }}_amount,
            {% endfor %}
            sum(
                case component
                    {% for component, sign in signs.items() %}
                        when '{{ component }}' then {{ '-' if sign < 0 }}amount
                    {% endfor %}
                end
            ) as {{ side }}_amount
        from {{ ref('rec_tie_out_components') }}
        where
            component in (
                '{{ signs | join("', '") }}'
            )
        group by {{ keys | join(', ') }}

    ),

{% endfor %}
sides as (

    select
        {% for key in keys %}
            coalesce(left_side.{{ key }}, right_side.{{ key }}) as {{ key }},
        {% endfor %}
        {% for component in left_signs %}
            cast(coalesce(left_side.{{ component }}_amount, 0) as decimal(18, 4))
                as {{ component }}_amount,
        {% endfor %}
        {% for component in right_signs %}
            cast(coalesce(right_side.{{ component }}_amount, 0) as decimal(18, 4))
                as {{ component }}_amount,
        {% endfor %}
        cast(coalesce(left_side.left_amount, 0) as decimal(18, 4)) as left_amount,
        cast(coalesce(right_side.right_amount, 0) as decimal(18, 4)) as right_amount
    from left_side
    full outer join right_side
        on
    {% for key in keys %}
            left_side.{{ key }} = right_side.{{ key }}{{ ' and' if not loop.last }}
    {% endfor %}

)

select
    'I1' as identity_id,
    legal_entity_id,
    accounting_period_id,
    measure,
    currency_code,
    {% for component in left_signs.keys() | list + right_signs.keys() | list %}
        {{ component }}_amount,
    {% endfor %}
    left_amount,
    right_amount
from sides
