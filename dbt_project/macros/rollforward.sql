{# A roll-forward: the prior close's closing, what became known since, and the closing of the mart.
   No movement is derived from a balance. `movements` holds every change of every item since ever;
   the last one known at the prior close gives the balance as we would compute it today, and where
   an item of the same version was kept with another amount, that is a repricing. #}
{% macro rollforward(name, movements, movement_names) -%}
    {%- set keys = 'legal_entity_id, measure, currency_code' -%}
    {%- set prior_as_of -%}
        (select prior_close.as_of_at from prior_close)
    {%- endset -%}
    with

    prior_close as (

        select max(as_of_at) as as_of_at
        from {{ ref('fct_close_reports') }}
        where is_prior

    ),

    movements as (

        select * from {{ movements }}

    ),

    kept_items as (

        select * from {{ ref('fct_close_items') }}
        where is_prior and rollforward = '{{ name }}'

    ),

    -- items that the prior close kept in the version that they still had then
    same_items as (

        select kept.item_id
        from (
            select
                item_id,
                max(item_version) as item_version
            from kept_items
            group by item_id
        ) as kept
        inner join (
            select
                item_id,
                max(item_version) as item_version
            from movements
            where known_at <= {{ prior_as_of }}
            group by item_id
        ) as recomputed
            on
                kept.item_id = recomputed.item_id
                and kept.item_version = recomputed.item_version

    ),

    parts as (

        select
            {{ keys }},
            'opening' as part,
            closing_amount as amount
        from {{ ref('fct_close_balances') }}
        where is_prior and rollforward = '{{ name }}' and component = 'closing'
        union all
        select
            {{ keys }},
            movement as part,
            amount
        from movements
        where coalesce(known_at > {{ prior_as_of }}, true)
        union all
        select
            {{ keys }},
            'repriced' as part,
            amount
        from movements
        where
            known_at <= {{ prior_as_of }}
            and item_id in (select same_items.item_id from same_items)
        union all
        select
            {{ keys }},
            'repriced' as part,
            -closing_amount as amount
        from kept_items
        where item_id in (select same_items.item_id from same_items)
        union all
        select
            {{ keys }},
            'closing' as part,
            closing_amount as amount
        from {{ ref('rec_rollforward_items') }}
        where rollforward = '{{ name }}'

    ),

    sums as (

        select
            {{ keys }},
            {% for part in ['opening', 'closing', 'repriced'] + movement_names %}
                cast(sum(case when part = '{{ part }}' then amount else 0 end) as decimal(18, 4))
                    as {{ part }}_amount,
            {% endfor %}
            cast(sum(case when part = 'closing' then 0 else amount end) as decimal(18, 4))
                as rolled_amount
        from parts
        group by {{ keys }}

    )

    select
        {{ period_id() }} || ':' || legal_entity_id || ':' || measure || ':' || currency_code
            as rollforward_id,
        {{ period_id() }} as accounting_period_id,
        {{ keys }},
        case when {{ prior_as_of }} is null then 'none' else 'prior_close' end as opening_source,
        {{ prior_as_of }} as opening_as_of_at,
        opening_amount,
        {% for movement in movement_names %}
            {{ movement }}_amount,
        {% endfor %}
        repriced_amount,
        rolled_amount,
        closing_amount,
        cast(rolled_amount - closing_amount as decimal(18, 4)) as difference,
        rolled_amount = closing_amount as is_tied,
        {{ as_of() }} as as_of_at
    from sums
{%- endmacro %}

{# A roll-forward of what has no items of its own: each movement is what its component sums up to
   at K less what the prior close kept of it. `rec_rollforward_components` computes the components
   from the facts; the closing is the mart's own. #}
{% macro component_rollforward(name, component_names) -%}
    {%- set keys = 'legal_entity_id, measure, currency_code' -%}
    with

    prior_close as (

        select max(as_of_at) as as_of_at
        from {{ ref('fct_close_reports') }}
        where is_prior

    ),

    parts as (

        select
            {{ keys }},
            case component when 'closing' then 'opening' else component end as part,
            case component when 'closing' then closing_amount else -closing_amount end as amount
        from {{ ref('fct_close_balances') }}
        where is_prior and rollforward = '{{ name }}'
        union all
        select
            {{ keys }},
            component as part,
            amount
        from {{ ref('rec_rollforward_components') }}
        where rollforward = '{{ name }}'
        union all
        select
            {{ keys }},
            'closing' as part,
            closing_amount as amount
        from {{ ref('rec_rollforward_items') }}
        where rollforward = '{{ name }}'

    ),

    sums as (

        select
            {{ keys }},
            {% for part in ['opening', 'closing'] + component_names %}
                cast(sum(case when part = '{{ part }}' then amount else 0 end) as decimal(18, 4))
                    as {{ part }}_amount,
            {% endfor %}
            cast(sum(case when part = 'closing' then 0 else amount end) as decimal(18, 4))
                as rolled_amount
        from parts
        group by {{ keys }}

    )

    select
        {{ period_id() }} || ':' || legal_entity_id || ':' || measure || ':' || currency_code
            as rollforward_id,
        {{ period_id() }} as accounting_period_id,
        {{ keys }},
        case when (select prior_close.as_of_at from prior_close) is null then 'none'
            else 'prior_close'
        end as opening_source,
        (select prior_close.as_of_at from prior_close) as opening_as_of_at,
        opening_amount,
        {% for component in component_names %}
            {{ component }}_amount,
        {% endfor %}
        rolled_amount,
        closing_amount,
        cast(rolled_amount - closing_amount as decimal(18, 4)) as difference,
        rolled_amount = closing_amount as is_tied,
        {{ as_of() }} as as_of_at
    from sums
{%- endmacro %}

{# An identity that says a roll-forward ends at its mart's closing. #}
{% macro rollforward_identity(identity, rollforward) -%}
    select
        '{{ identity }}' as identity_id,
        legal_entity_id,
        accounting_period_id,
        measure,
        currency_code,
        rolled_amount as left_amount,
        closing_amount as right_amount
    from {{ rollforward }}
{%- endmacro %}
