{# leg, its amount, its currency, and when a row has a say in that currency #}
{% set legs = [
    ('cost', 'cost_amount_functional', 'functional_currency_code',
        'cost_amount_functional != 0 or functional_currency_code is not null'),
    ('bill', 'bill_amount_contract', 'contract_currency_code', 'bill_amount_contract != 0')
] %}

{# dimension of the gap, its column of a share #}
{% set dimensions = [
    ('legal_entity_id', 'legal_entity_id'), ('worker_id', 'worker_id'),
    ('project_id', 'project_id'), ('work_period_id', 'work_period_id'),
    ('task_id', 'task_id'), ('cost_center_code', 'cost_center_code'),
    ('labour_category', 'labour_category'), ('is_billable', 'is_billable_version')
] %}
{% set keys = ['sums.entry_id', 'sums.leg', 'sums.currency_code'] %}
{% for column, posted in dimensions %} {% do keys.append('sums.' ~ column) %} {% endfor %}
with

lines as (

    select * from {{ ref('fct_posting_shares') }}

),

-- approved and posted, one below the other: without a join nothing can be dropped
movements as (

    {% for leg, amount, currency, has_say in legs %}
        select
            entry_id,
            '{{ leg }}' as leg,
            {% for column, posted in dimensions %}
                {{ 'accounting_period_id as ' if column == 'work_period_id' }}{{ column }},
            {% endfor %}
            case when {{ has_say }} then coalesce({{ currency }}, 'unknown') end as currency_code,
            hours as approved_hours,
            coalesce({{ amount }}, 0) as approved_amount,
            cast(0 as decimal(18, 4)) as posted_hours,
            cast(0 as decimal(18, 4)) as posted_amount
        from {{ ref('fct_entries') }}
        where is_effective and entry_id in (select lines.entry_id from lines)
        union all
        select
            entry_id,
            '{{ leg }}' as leg,
            {% for column, posted in dimensions %}
                {{ posted }} as {{ column }},
            {% endfor %}
            case when {{ has_say }} then coalesce({{ currency }}, 'unknown') end as currency_code,
            cast(0 as decimal(18, 4)) as approved_hours,
            cast(0 as decimal(18, 4)) as approved_amount,
            hours as posted_hours,
            coalesce({{ amount }}, 0) as posted_amount
        from lines
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- a side without a currency of its own takes that of the entry's other rows
without_currency as (

    select distinct
        entry_id,
        leg
    from movements
    where currency_code is null

),

currencies as (

    select
        movements.entry_id,
        movements.leg,
        max(movements.currency_code) as currency_code
    from movements
    inner join without_currency
        on movements.entry_id = without_currency.entry_id and movements.leg = without_currency.leg
    group by movements.entry_id, movements.leg

),

priced as (

    select
        movements.*,
        coalesce(
            movements.currency_code,
            currencies.currency_code,
            case movements.leg when 'cost' then 'unknown' else 'none' end
        ) as leg_currency_code
    from movements
    left join currencies
        on movements.entry_id = currencies.entry_id and movements.leg = currencies.leg

),

sums as (

    select
        entry_id,
        leg,
        {% for column, posted in dimensions %}
            {{ column }},
        {% endfor %}
        leg_currency_code as currency_code,
        cast(sum(approved_hours) as decimal(18, 4)) as approved_hours,
        cast(sum(posted_hours) as decimal(18, 4)) as posted_hours,
        cast(sum(approved_amount) as decimal(18, 4)) as approved_amount,
        cast(sum(posted_amount) as decimal(18, 4)) as posted_amount,
        sum(approved_hours) - sum(posted_hours) as gap_hours,
        sum(approved_amount) - sum(posted_amount) as gap_amount
    from priced
    group by
        entry_id, leg, {{ dimensions | map(attribute=0) | join(', ') }}, leg_currency_code
    having
        sum(approved_amount) != sum(posted_amount)
        or (sum(approved_hours) != sum(posted_hours) and leg_currency_code != 'none')

)

select
    {{ surrogate_key(keys) }} as posting_gap_id,
    sums.entry_id,
    sums.leg,
    {% for column, posted in dimensions %}
        sums.{{ column }},
    {% endfor %}
    sums.currency_code,
    sums.approved_hours,
    sums.posted_hours,
    sums.approved_amount,
    sums.posted_amount,
    cast(greatest(sums.gap_hours, 0) as decimal(18, 4)) as hours_to_post,
    cast(greatest(-sums.gap_hours, 0) as decimal(18, 4)) as hours_to_reverse,
    cast(greatest(sums.gap_amount, 0) as decimal(18, 4)) as amount_to_post,
    cast(greatest(-sums.gap_amount, 0) as decimal(18, 4)) as amount_to_reverse,
    sums.gap_hours = 0 and abs(sums.gap_amount) <= coalesce((
        select max(cast(policies.policy_value as decimal(18, 4)))
        from {{ ref('dim_policies') }} as policies
        where policies.policy = 'tolerance'
    ), 0) as is_within_tolerance,
    {{ as_of() }} as as_of_at
from sums
