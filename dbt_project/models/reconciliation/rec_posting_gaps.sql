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

unlike as (

    {{ entries_unlike_their_shares(ref('fct_entries'), ref('fct_posting_shares'), dimensions) }}

),

movements as (

    {{ gap_movements(ref('fct_entries'), ref('fct_posting_shares'), dimensions, 'unlike') }}

),

-- a side without a currency of its own takes that of the entry's other rows
currencies as (

    select
        entry_id,
        leg,
        max(currency_code) as currency_code
    from movements
    group by entry_id, leg

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
    inner join currencies
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
