{# The two inputs of every mart: as-of K and period P. A model never reads the clock. #}

{# K, the cut-off: a timestamp in UTC, such as 2026-07-03 23:59:59.999999. Without it a build is
   refused: no default is a safe one. #}
{% macro as_of() -%}
    {%- set value = required_input('TIEOUT_AS_OF') -%}
    cast('{{ value or "1970-01-01 00:00:00" }}' as timestamp)
{%- endmacro %}

{# P, the accounting period under close, as text: '2026-06'. #}
{% macro period_id() -%}
    {%- set value = required_input('TIEOUT_PERIOD') -%}
    '{{ value or "1970-01" }}'
{%- endmacro %}

{# An environment variable that a build cannot do without; empty while only parsing or linting. #}
{% macro required_input(name) -%}
    {%- set value = env_var(name, '') if env_var is defined else '' -%}
    {%- if not value and execute is defined and execute -%}
        {{ exceptions.raise_compiler_error(name ~ " is not set; every build names K and P") }}
    {%- endif -%}
    {{ value }}
{%- endmacro %}
