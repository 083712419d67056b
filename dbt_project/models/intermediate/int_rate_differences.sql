{# kind, what it was, what it is, its reason by leg, since when, and which rows it is about #}
{% set kinds = [
    (
        'own_rate', 'own_rate', 'own_currency_code',
        "'RATE_CONFLICT'", 'rate_known_at',
        'own_rate is not null and (own_rate != card_rate'
        ~ ' or own_currency_code != card_currency_code)'
    ),
    (
        'retroactive_change', 'coalesce(earlier_rate, own_rate)',
        'case when earlier_rate is null then own_currency_code else card_currency_code end',
        "case leg when 'bill' then 'RATE_CHANGED' else 'COST_RATE_CHANGED' end", 'rate_known_at',
        'is_card_in_force and rate_known_at > approved_at'
        ~ ' and coalesce(earlier_rate, own_rate) != card_rate'
    )
] %}

with

compared as (

    select
        comparisons.*,
        entries.approved_at
    from {{ ref('int_rate_comparisons') }} as comparisons
    inner join {{ ref('fct_entries') }} as entries on comparisons.entry_id = entries.entry_id

),

differences as (

    {% for kind, before, before_currency, reason, since, condition in kinds %}
        select
            entry_id,
            leg,
            '{{ kind }}' as difference_type,
            hours,
            rate_id,
            is_card_in_force,
            {{ before }} as rate_before,
            {{ before_currency }} as currency_before,
            card_rate as rate_after,
            card_currency_code as currency_code,
            {{ since }} as changed_at,
            {{ reason }} as reason_code
        from compared
        where {{ condition }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

priced as (

    select
        differences.*,
        {{ round_to_currency(multiply('hours', 'rate_before'), 'currency_before') }}
            as amount_before,
        {{ round_to_currency(multiply('hours', 'rate_after'), 'currency_code') }} as amount_after
    from differences

)

select
    {{ surrogate_key(['entry_id', 'leg', 'difference_type']) }} as rate_difference_id,
    *,  -- noqa: AM04
    -- amounts of two currencies are not compared
    case
        when currency_before = currency_code
            then cast(amount_after - amount_before as decimal(18, 4))
    end as amount_impact
from priced
