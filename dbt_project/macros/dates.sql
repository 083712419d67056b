{# Dates, where engines differ. #}

{# The last day of the month of a date. #}
{% macro month_end(date_column) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('month_end', 'tieout')(date_column) }}
    {%- else -%}
        {{ default__month_end(date_column) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__month_end(date_column) -%}
    cast(date_trunc('month', {{ date_column }}) + interval '1 month' - interval '1 day' as date)
{%- endmacro %}

{% macro spark__month_end(date_column) -%}
    last_day({{ date_column }})
{%- endmacro %}
