{# measure, its column, its currency #}
{% set measures = [
    ('hours', 'hours', "'none'"),
    ('cost', 'cost_amount_functional', 'functional_currency_code'),
    ('bill', 'bill_amount_contract', 'contract_currency_code')
] %}

with

-- what an ERP shows in a period is work of that period or earlier work; nothing is posted ahead
items as (

    {% for measure, column, currency in measures %}
        select
            legal_entity_id,
            accounting_period_id,
            '{{ measure }}' as measure,
            {{ currency if measure == 'hours' else "coalesce(" ~ currency ~ ", 'unknown')" }}
                as currency_code,
            {{ column }} as amount,
            case when work_period_id = accounting_period_id then {{ column }} else 0 end
                as same_period_amount,
            case
                when work_period_id = accounting_period_id then 0
                when is_late_entry or accounting_date >= work_date then {{ column }}
                else 0
            end as earlier_work_amount
        from {{ ref('fct_erp_postings') }}
        {% if measure != 'hours' %}where {{ column }} != 0{% endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- the same lines by work period, as the tie-out counts them
by_work_period as (

    select
        legal_entity_id,
        measure,
        currency_code,
        sum(amount) as amount
    from {{ ref('rec_tie_out_components') }}
    where component = 'posted'
    group by legal_entity_id, measure, currency_code

),

by_accounting_period as (

    select
        legal_entity_id,
        measure,
        currency_code,
        sum(amount) as amount
    from items
    group by legal_entity_id, measure, currency_code

)

select
    'I3' as identity_id,
    legal_entity_id,
    accounting_period_id,
    measure,
    currency_code,
    cast(sum(amount) as decimal(18, 4)) as left_amount,
    cast(sum(same_period_amount) + sum(earlier_work_amount) as decimal(18, 4)) as right_amount
from items
group by legal_entity_id, accounting_period_id, measure, currency_code
union all
select
    'I3' as identity_id,
    coalesce(by_accounting_period.legal_entity_id, by_work_period.legal_entity_id)
        as legal_entity_id,
    'all' as accounting_period_id,
    coalesce(by_accounting_period.measure, by_work_period.measure) as measure,
    coalesce(by_accounting_period.currency_code, by_work_period.currency_code) as currency_code,
    cast(coalesce(by_accounting_period.amount, 0) as decimal(18, 4)) as left_amount,
    cast(coalesce(by_work_period.amount, 0) as decimal(18, 4)) as right_amount
from by_accounting_period
full outer join by_work_period
    on
        by_accounting_period.legal_entity_id = by_work_period.legal_entity_id
        and by_accounting_period.measure = by_work_period.measure
        and by_accounting_period.currency_code = by_work_period.currency_code
