{% set groups = [
    'legal_entity_id', 'client_id', 'project_id', 'accounting_period_id', 'functional_currency_code'
] %}
{# figure, and what an item adds to it; a rebilled expense is passed through, so only what it
   brings beyond its cost is revenue #}
{% set figures = [
    ('labour_revenue', "case when item_kind in ('labour', 'subcontract')"
        ~ " then revenue_amount_functional else 0 end"),
    ('milestone_revenue', "case when item_kind = 'milestone'"
        ~ " then revenue_amount_functional else 0 end"),
    ('expense_markup', "case when item_kind = 'expense' and revenue_amount_functional != 0"
        ~ " then revenue_amount_functional - cost_amount_functional else 0 end"),
    ('deducted', 'deducted_amount_functional'),
    ('labour_cost', "case when item_kind = 'labour' then cost_amount_functional else 0 end"),
    ('subcontract_cost',
        "case when item_kind = 'subcontract' then cost_amount_functional else 0 end"),
    ('unrebilled_expense', "case when item_kind = 'expense'"
        ~ " and coalesce(revenue_amount_functional, 0) = 0 then cost_amount_functional else 0 end")
] %}

with

sums as (

    select
        {{ groups | join(', ') }},
        {% for figure, addend in figures %}
            sum({{ addend }}) as {{ figure }},
        {% endfor %}
        sum(hours) as worked_hours,
        sum(case when revenue_amount_functional is null then 1 else 0 end) as unpriced_count
    from {{ ref('kpi_margin_items') }}
    group by {{ groups | join(', ') }}

),

margins as (

    select
        *,
        coalesce(labour_revenue, 0) + coalesce(milestone_revenue, 0) + coalesce(expense_markup, 0)
        - deducted as net_revenue,
        labour_cost + subcontract_cost + unrebilled_expense as direct_cost
    from sums

)

select
    {{ surrogate_key(groups) }} as project_margin_id,
    'margin:project:v1' as metric_definition_id,
    {% for column in groups %}
        margins.{{ column }},
    {% endfor %}
    cast(margins.worked_hours as decimal(18, 4)) as worked_hours,
    {% for figure, addend in figures %}
        cast(coalesce(margins.{{ figure }}, 0) as decimal(18, 4))
            as {{ figure }}_amount_functional,
    {% endfor %}
    cast(margins.net_revenue as decimal(18, 4)) as net_revenue_amount_functional,
    cast(margins.net_revenue - margins.direct_cost as decimal(18, 4)) as margin_amount_functional,
    {{ ratio_of('(margins.net_revenue - margins.direct_cost)', 'margins.net_revenue') }}
        as margin_ratio,
    cast(margins.unpriced_count as bigint) as unpriced_count,
    {{ as_of() }} as as_of_at
from margins
