{# The only place where money is multiplied, divided or rounded. Everything stays in DECIMAL:
   operands are widened to 38 digits before a product (a product of narrow decimals overflows),
   division never touches binary floating point, and rounding is half away from zero. #}

{# Exact product of two decimals, not yet rounded. Scales are the operands' own. #}
{% macro multiply(left, right, left_scale=4, right_scale=6) -%}
    (cast({{ left }} as decimal(38, {{ left_scale }}))
    * cast({{ right }} as decimal(38, {{ right_scale }})))
{%- endmacro %}

{# Half away from zero to `places`, as an amount: decimal(18, 4). #}
{% macro round_money(expression, places=2) -%}
    cast(round({{ expression }}, {{ places }}) as decimal(18, 4))
{%- endmacro %}

{# Currencies whose ISO 4217 exponent is not 2. #}
{% macro currencies_without_minor_unit() -%}
    'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI',
    'VND', 'VUV', 'XAF', 'XOF', 'XPF'
{%- endmacro %}

{% macro currencies_with_three_decimals() -%}
    'BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'
{%- endmacro %}

{# Number of decimals of a currency. #}
{% macro minor_units(currency_code) -%}
    case
        when {{ currency_code }} in ({{ currencies_without_minor_unit() }}) then 0
        when {{ currency_code }} in ({{ currencies_with_three_decimals() }}) then 3
        else 2
    end
{%- endmacro %}

{# Half away from zero to the minor unit of the currency, as an amount: decimal(18, 4). #}
{% macro round_to_currency(expression, currency_code) -%}
    case
        when {{ currency_code }} in ({{ currencies_without_minor_unit() }})
            then {{ round_money(expression, 0) }}
        when {{ currency_code }} in ({{ currencies_with_three_decimals() }})
            then {{ round_money(expression, 3) }}
        else {{ round_money(expression, 2) }}
    end
{%- endmacro %}

{# numerator / denominator, half away from zero to `places`; null when the denominator is zero.
   `numerator_scale` and `denominator_scale` are the operands' own scales (exactness needs them).
   The result is decimal(38, places). #}
{% macro money_div(numerator, denominator, places=2, numerator_scale=4, denominator_scale=6) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('money_div', 'tieout')(numerator, denominator, places, numerator_scale, denominator_scale) }}
    {%- else -%}
        {{ duckdb__money_div(numerator, denominator, places, numerator_scale, denominator_scale) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__money_div(numerator, denominator, places, numerator_scale, denominator_scale) -%}
    cast(
        round(
            cast({{ numerator }} as decimal(38, {{ numerator_scale }}))
            / nullif(cast({{ denominator }} as decimal(38, {{ denominator_scale }})), 0),
            {{ places }}
        ) as decimal(38, {{ places }})
    )
{%- endmacro %}

{# DuckDB divides decimals in binary floating point, so divide integers: with a = n / 10^s and
   b = d / 10^t, round(a / b * 10^p) = (2 * n * 10^(t + p - s) + d) // (2 * d). #}
{% macro duckdb__money_div(numerator, denominator, places, numerator_scale, denominator_scale) -%}
    {%- set scaled_numerator -%}
        cast(abs(cast({{ numerator }} as decimal(38, {{ numerator_scale }}))) * {{ 10 ** numerator_scale }} as hugeint)
    {%- endset -%}
    {%- set scaled_denominator -%}
        cast(abs(cast({{ denominator }} as decimal(38, {{ denominator_scale }}))) * {{ 10 ** denominator_scale }} as hugeint)
    {%- endset -%}
    {%- set shift = denominator_scale + places - numerator_scale -%}
    {%- set up = 10 ** shift if shift > 0 else 1 -%}
    {%- set down = 10 ** (0 - shift) if shift < 0 else 1 -%}
    (
        cast(sign({{ numerator }}) * sign({{ denominator }}) as decimal(2, 0))
        * cast(
            cast(
                (2 * {{ scaled_numerator }} * {{ up }} + {{ scaled_denominator }} * {{ down }})
                // nullif(2 * {{ scaled_denominator }} * {{ down }}, 0)
                as decimal({{ 36 - places }}, 0)
            ) * cast({{ '0.' ~ '0' * (places - 1) ~ '1' if places > 0 else '1' }} as decimal({{ places + 1 }}, {{ places }}))
            as decimal(36, {{ places }})
        )
    )
{%- endmacro %}

{# numerator / denominator, half away from zero to the minor unit of the currency: decimal(18, 4).
   Rounded once: never to some places first and to the currency then. #}
{% macro money_div_to_currency(
    numerator, denominator, currency_code, numerator_scale=4, denominator_scale=4
) -%}
    {%- set scales = (numerator_scale, denominator_scale) -%}
    case
        when {{ currency_code }} in ({{ currencies_without_minor_unit() }})
            then cast({{ money_div(numerator, denominator, 0, *scales) }} as decimal(18, 4))
        when {{ currency_code }} in ({{ currencies_with_three_decimals() }})
            then cast({{ money_div(numerator, denominator, 3, *scales) }} as decimal(18, 4))
        else cast({{ money_div(numerator, denominator, 2, *scales) }} as decimal(18, 4))
    end
{%- endmacro %}

{# 1 + percent / 100, exact; no percentage is 1. #}
{% macro markup_factor(percent) -%}
    cast(
        1 + cast(coalesce({{ percent }}, 0) as decimal(18, 6)) * cast(0.01 as decimal(3, 2))
        as decimal(38, 8)
    )
{%- endmacro %}
