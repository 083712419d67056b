{# figure, its table, which rows of it, its period #}
{% set figures = [
    ('approved', ref('fct_entries'), 'is_effective', 'accounting_period_id'),
    ('posted', ref('fct_erp_postings'), 'true', 'work_period_id'),
    ('approved not posted', ref('rec_approved_not_posted'), 'true', 'accounting_period_id')
] %}
{# measure, its column, its currency #}
{% set measures = [
    ('hours', 'hours', "'none'"),
    ('cost', 'cost_amount_functional', 'functional_currency_code'),
    ('bill', 'bill_amount_contract', 'contract_currency_code')
] %}
{# segment, its dimension, its key there and in the figures #}
{% set segments = [
    ('entity', ref('dim_legal_entities'), 'legal_entity_id'),
    ('project', ref('dim_projects'), 'project_id'),
    ('client', ref('dim_clients'), 'client_id'),
    ('worker', ref('dim_workers'), 'worker_id')
] %}

with

items as (

    {% for figure, table, is_counted, period in figures %}
        {% set last_figure = loop.last %}
        {% for measure, column, currency in measures %}
            select
                '{{ figure }}' as figure,
                coalesce(legal_entity_id, 'none') as legal_entity_id,
                coalesce(cast({{ period }} as varchar), 'none') as accounting_period_id,
                coalesce(project_id, 'none') as project_id,
                coalesce(client_id, 'none') as client_id,
                coalesce(worker_id, 'none') as worker_id,
                '{{ measure }}' as measure,
                coalesce({{ currency }}, 'unknown') as currency_code,
                sum({{ column }}) as amount
            from {{ table }}
            where {{ is_counted }}
            group by
                legal_entity_id, {{ period }}, project_id, client_id, worker_id, {{ currency }}
            {% if not (last_figure and loop.last) %}union all{% endif %}
        {% endfor %}
    {% endfor %}

),

-- a member that a dimension lacks drops out, one that it holds twice counts twice
sides as (

    {% for segment, dimension, key in segments %}
        select
            '{{ segment }}' as segment,
            figure,
            legal_entity_id,
            accounting_period_id,
            measure,
            currency_code,
            amount as total_amount,
            cast(0 as decimal(38, 4)) as segment_amount
        from items
        union all
        select
            '{{ segment }}' as segment,
            items.figure,
            items.legal_entity_id,
            items.accounting_period_id,
            items.measure,
            items.currency_code,
            cast(0 as decimal(38, 4)) as total_amount,
            items.amount as segment_amount
        from items
        inner join {{ dimension }} as members on items.{{ key }} = members.{{ key }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    'I16' as identity_id,
    legal_entity_id,
    accounting_period_id,
    measure || ' ' || figure || ' by ' || segment as measure,
    currency_code,
    cast(sum(total_amount) as decimal(18, 4)) as left_amount,
    cast(sum(segment_amount) as decimal(18, 4)) as right_amount
from sides
group by legal_entity_id, accounting_period_id, measure, figure, segment, currency_code
