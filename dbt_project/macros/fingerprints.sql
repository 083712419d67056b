{# A hash over all rows of a group: the hash of each row's columns, sorted, hashed together. #}
{% macro rows_fingerprint(columns) -%}
    {%- set row_hash = surrogate_key(columns) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('rows_fingerprint', 'tieout')(row_hash) }}
    {%- else -%}
        {{ default__rows_fingerprint(row_hash) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__rows_fingerprint(row_hash) -%}
    md5(coalesce(string_agg({{ row_hash }}, '' order by {{ row_hash }}), ''))
{%- endmacro %}

{% macro spark__rows_fingerprint(row_hash) -%}
    md5(array_join(sort_array(collect_list({{ row_hash }})), ''))
{%- endmacro %}
