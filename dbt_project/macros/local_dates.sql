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

{# The day of a shift: the local day on which it began, whatever day it was in UTC. #}
{% macro shift_date(started_at, time_zone) -%}
    {{ local_date(started_at, time_zone) }}
{%- endmacro %}

{# The hours that passed from one UTC instant to the next, exact to the second. Instants know no
   summer time: a shift over the hour that is left out or told twice has the hours it took. #}
{% macro elapsed_hours(started_at, ended_at) -%}
    cast({{ money_div(
        elapsed_seconds(started_at, ended_at), '3600', places=4, numerator_scale=0,
        denominator_scale=0
    ) }} as decimal(18, 4))
{%- endmacro %}

{# Whole seconds from one UTC instant to the next. #}
{% macro elapsed_seconds(started_at, ended_at) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('elapsed_seconds', 'tieout')(started_at, ended_at) }}
    {%- else -%}
        {{ default__elapsed_seconds(started_at, ended_at) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__elapsed_seconds(started_at, ended_at) -%}
    cast(extract(epoch from {{ ended_at }}) - extract(epoch from {{ started_at }}) as bigint)
{%- endmacro %}

{% macro spark__elapsed_seconds(started_at, ended_at) -%}
    (unix_timestamp({{ ended_at }}) - unix_timestamp({{ started_at }}))
{%- endmacro %}
