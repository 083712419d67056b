{# Union of the vendors' staging models of one shape, with an explicit column list. #}
{% macro union_shapes(relations, columns) -%}
    {%- for relation in relations %}
    select
        {%- for column in columns %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# The versions known at K, ranked within their record: rank 1 is the newest by source version.
   Never by arrival: a late old version does not replace a newer one. #}
{% macro known_versions(relation, key_columns) -%}
    select
        *,
        row_number() over (
            partition by {{ key_columns | join(', ') }}
            order by source_version desc nulls last
        ) as version_rank
    from {{ relation }}
    where known_at <= {{ as_of() }}
{%- endmacro %}
