{# Local days and whole days between dates, each one dispatched macro. #}

{# The local date of a UTC timestamp in an IANA time zone. #}
{% macro local_date(utc_timestamp, time_zone) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('local_date', 'tieout')(utc_timestamp, time_zone) }}
    {%- else -%}
        {{ default__local_date(utc_timestamp, time_zone) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__local_date(utc_timestamp, time_zone) -%}
    cast(timezone({{ time_zone }}, timezone('UTC', {{ utc_timestamp }})) as date)
{%- endmacro %}

{% macro spark__local_date(utc_timestamp, time_zone) -%}
    to_date(from_utc_timestamp({{ utc_timestamp }}, {{ time_zone }}))
{%- endmacro %}

{# Whole days from one date to the next, negative when the second lies earlier. #}
{% macro days_between(from_day, to_day) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('days_between', 'tieout')(from_day, to_day) }}
    {%- else -%}
        {{ default__days_between(from_day, to_day) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__days_between(from_day, to_day) -%}
    cast(cast({{ to_day }} as date) - cast({{ from_day }} as date) as integer)
{%- endmacro %}

{% macro spark__days_between(from_day, to_day) -%}
    datediff({{ to_day }}, {{ from_day }})
{%- endmacro %}

{# The date `days` after `day`. #}
{% macro add_days(day, days) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('add_days', 'tieout')(day, days) }}
    {%- else -%}
        {{ default__add_days(day, days) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
    ({{ day }} + ({{ days }}))
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, {{ days }})
{%- endmacro %}
