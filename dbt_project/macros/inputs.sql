{# The two inputs of every mart: as-of K and period P. A model never reads the clock. #}

{# K, the cut-off: a timestamp in UTC. Without it a build is refused: no default is a safe one. #}
{% macro as_of() -%}
    {%- set value = env_var('TIEOUT_AS_OF', '') -%}
    {%- if execute and not value -%}
        {{ exceptions.raise_compiler_error("TIEOUT_AS_OF is not set: give the cut-off K, for example TIEOUT_AS_OF='2026-07-03 23:59:59.999999'") }}
    {%- endif -%}
    cast('{{ value or "1970-01-01 00:00:00" }}' as timestamp)
{%- endmacro %}

{# P, the accounting period under close, as text: '2026-06'. #}
{% macro period_id() -%}
    {%- set value = env_var('TIEOUT_PERIOD', '') -%}
    {%- if execute and not value -%}
        {{ exceptions.raise_compiler_error("TIEOUT_PERIOD is not set: give the period P, for example TIEOUT_PERIOD='2026-06'") }}
    {%- endif -%}
    '{{ value or "1970-01" }}'
{%- endmacro %}
