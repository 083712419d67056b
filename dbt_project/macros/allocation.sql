{# Splitting an amount into parts that add up to it again. #}

{# a divided by b in whole numbers, both at least 0. #}
{% macro whole_division(numerator, denominator) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('whole_division', 'tieout')(numerator, denominator) }}
    {%- else -%}
        {{ duckdb__whole_division(numerator, denominator) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__whole_division(numerator, denominator) -%}
    div({{ numerator }}, {{ denominator }})
{%- endmacro %}

{% macro duckdb__whole_division(numerator, denominator) -%}
    ({{ numerator }} // {{ denominator }})
{%- endmacro %}

{% macro spark__whole_division(numerator, denominator) -%}
    floor({{ numerator }} / {{ denominator }})
{%- endmacro %}

{# A decimal of `scale` places as a whole number of its last place. #}
{% macro in_last_places(expression, scale) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('in_last_places', 'tieout')(expression, scale) }}
    {%- else -%}
        {{ duckdb__in_last_places(expression, scale) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__in_last_places(expression, scale) -%}
    cast(cast({{ expression }} as decimal(38, {{ scale }})) * {{ 10 ** scale }} as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__in_last_places(expression, scale) -%}
    cast(cast({{ expression }} as decimal(38, {{ scale }})) * {{ 10 ** scale }} as hugeint)
{%- endmacro %}

{# The rows of `relation` with their share of `total` by largest remainder: within each group of
   `keys` the shares add up to the total exactly, each lies less than one minor unit of the currency
   from its fair part, their order plays no part, and the shares of the negative total are the
   negative shares. `total` and `currency_code` are one per group, `weight` is at least 0 with
   `weight_scale` places, `tie_break` tells the rows of a group apart. A total that is no whole
   number of minor units is split by 0.0001. A group without weight gets null. The columns
   `allocation_*` are the working. #}
{% macro allocate_amount(
    relation, total, weight, currency_code, keys, tie_break,
    share='allocated_amount', weight_scale=4
) -%}
    {%- set within = 'partition by ' ~ keys | join(', ') -%}
    {%- set unit -%}
        case
            when {{ total }} != {{ round_to_currency(total, currency_code) }} then 1
            when {{ currency_code }} in ({{ currencies_without_minor_unit() }}) then 10000
            when {{ currency_code }} in ({{ currencies_with_three_decimals() }}) then 10
            else 100
        end
    {%- endset -%}
    with

    allocation_inputs as (

        select
            *,
            {{ unit }} as allocation_unit,
            {{ in_last_places(weight, weight_scale) }} as allocation_weight,
            {{ in_last_places('abs(' ~ total ~ ')', 4) }} as allocation_total
        from {{ relation }}

    ),

    allocation_products as (

        select
            *,
            {{ whole_division('allocation_total', 'allocation_unit') }} as allocation_units,
            {{ whole_division('allocation_total', 'allocation_unit') }} * allocation_weight
                as allocation_product,
            nullif(sum(allocation_weight) over ({{ within }}), 0) as allocation_weights
        from allocation_inputs

    ),

    allocation_floors as (

        select
            *,
            {{ whole_division('allocation_product', 'allocation_weights') }} as allocation_floor,
            mod(allocation_product, allocation_weights) as allocation_remainder
        from allocation_products

    ),

    allocation_ranks as (

        select
            *,
            row_number() over (
                {{ within }} order by allocation_remainder desc, {{ tie_break }} asc
            ) as allocation_rank,
            allocation_units - sum(allocation_floor) over ({{ within }}) as allocation_left
        from allocation_floors

    )

    select
        *,  -- noqa: AM04
        cast(
            sign({{ total }})
            * (
                allocation_floor
                + case when allocation_rank <= allocation_left then 1 else 0 end
            )
            * allocation_unit
            * cast(0.0001 as decimal(5, 4))
            as decimal(18, 4)
        ) as {{ share }}
    from allocation_ranks
{%- endmacro %}
