{# figure, its table, its period #}
{% set figures = [
    ('approved', ref('fct_entries'), 'accounting_period_id'),
    ('posted', ref('fct_erp_postings'), 'work_period_id'),
    ('approved not posted', ref('rec_approved_not_posted'), 'accounting_period_id')
] %}
{# measure, its column, its currency #}
{% set measures = [
    ('hours', 'hours', none),
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

figures as (

    {% for figure, table, period in figures %}
        select
            '{{ figure }}' as figure,
            legal_entity_id,
            {{ period }} as period_id,
            project_id,
            client_id,
            worker_id,
            hours,
            cost_amount_functional,
            functional_currency_code,
            bill_amount_contract,
            contract_currency_code
        from {{ table }}
        {% if figure == 'approved' %}where is_effective{% endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

items as (

    {% for measure, column, currency in measures %}
        select
            figure,
            coalesce(legal_entity_id, 'none') as legal_entity_id,
            coalesce(period_id, 'none') as accounting_period_id,
            project_id,
            client_id,
            worker_id,
            '{{ measure }}' as measure,
            {{ "coalesce(" ~ currency ~ ", 'unknown')" if currency else "'none'" }}
                as currency_code,
            sum({{ column }}) as amount
        from figures
        group by
            figure, legal_entity_id, period_id, project_id, client_id, worker_id
            {%- if currency %}, {{ currency }}{% endif %}
        {% if not loop.last %}union all{% endif %}
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
