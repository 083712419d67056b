{# Keys: surrogate keys, entry ids, and our posting keys as an ERP gives them back. #}

{# One text key of several columns; null and empty differ, order matters. #}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ column }} as varchar), '_null_')
        {%- if not loop.last %} || '|' ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{# The month of a date as text, '2026-06': a calendar month, not yet an entity's period. #}
{% macro month_id(date_column) -%}
    substr(cast({{ date_column }} as varchar), 1, 7)
{%- endmacro %}

{# The member that stands for "not known" in every dimension, so that no join key is null. #}
{% macro unknown_member() -%}
    'unknown'
{%- endmacro %}
