{# Ages, business days and exception ids. Business days are Monday to Friday; a weekend day counts
   as the Friday before it. Days are counted from Monday 1970-01-05. #}

{# How many business days lie before this date. #}
{% macro business_day_number(day) -%}
    {%- set days = days_between("cast('1970-01-05' as date)", day) -%}
    (cast(({{ days }} - mod({{ days }}, 7)) * 5 / 7 as integer) + least(mod({{ days }}, 7), 4))
{%- endmacro %}

{# Business days from one date to the next. #}
{% macro business_days_between(from_day, to_day) -%}
    ({{ business_day_number(to_day) }} - {{ business_day_number(from_day) }})
{%- endmacro %}

{# The date that lies `business_days` business days after `day`. #}
{% macro add_business_days(day, business_days) -%}
    {%- set number -%}({{ business_day_number(day) }} + {{ business_days }}){%- endset -%}
    {{ add_days(
        "cast('1970-01-05' as date)",
        "cast((" ~ number ~ " - mod(" ~ number ~ ", 5)) * 7 / 5 as integer) + mod(" ~ number ~ ", 5)"
    ) }}
{%- endmacro %}

{# Age bucket of whole days; the bounds are those of the accounting definitions, C2. #}
{% macro aging_bucket(days) -%}
    case
        when {{ days }} <= 7 then '0-7'
        when {{ days }} <= 14 then '8-14'
        when {{ days }} <= 30 then '15-30'
        when {{ days }} <= 60 then '31-60'
        when {{ days }} <= 90 then '61-90'
        when {{ days }} > 90 then '>90'
    end
{%- endmacro %}

{# Sort order of the age buckets. #}
{% macro aging_bucket_order(bucket) -%}
    case {{ bucket }}
        when '0-7' then 1
        when '8-14' then 2
        when '15-30' then 3
        when '31-60' then 4
        when '61-90' then 5
        when '>90' then 6
    end
{%- endmacro %}

{# Age bucket of an exception, in business days. #}
{% macro exception_aging_bucket(days) -%}
    case
        when {{ days }} <= 1 then '0-1'
        when {{ days }} <= 3 then '2-3'
        when {{ days }} <= 7 then '4-7'
        when {{ days }} <= 14 then '8-14'
        when {{ days }} <= 30 then '15-30'
        when {{ days }} > 30 then '>30'
    end
{%- endmacro %}

{# Stable id of an exception: the same thing wrong with the same record for the same reason. #}
{% macro exception_id(stage, subject, reason_code) -%}
    md5(coalesce({{ stage }}, 'unknown') || '|' || {{ subject }} || '|' || {{ reason_code }})
{%- endmacro %}
