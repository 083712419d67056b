{# A bill amount in reporting currency, by the rule of the entries: a contract in reporting currency
   needs no translation; else contract to functional, rounded, functional to reporting, rounded;
   never straight from contract to reporting. Null when a rate is missing. `row` is the alias that
   carries the three currencies and the two rates. #}
{% macro to_reporting(amount, row) -%}
    {%- set functional -%}
        {{ round_to_currency(
            multiply(amount, row ~ '.fx_rate_contract_to_functional', 4, 10),
            row ~ '.functional_currency_code'
        ) }}
    {%- endset -%}
    case
        when coalesce({{ amount }}, 0) = 0 then cast(0 as decimal(18, 4))
        when {{ row }}.contract_currency_code = {{ row }}.reporting_currency_code
            then cast({{ amount }} as decimal(18, 4))
        else {{ functional_to_reporting(functional, row) }}
    end
{%- endmacro %}

{# A functional amount in reporting currency; null when the rate is missing. #}
{% macro functional_to_reporting(amount, row) -%}
    case
        when {{ row }}.functional_currency_code = {{ row }}.reporting_currency_code
            then cast({{ amount }} as decimal(18, 4))
        else {{ round_to_currency(
            multiply(amount, row ~ '.fx_rate_functional_to_reporting', 4, 10),
            row ~ '.reporting_currency_code'
        ) }}
    end
{%- endmacro %}
