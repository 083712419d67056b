{# Shapes: every vendor's staging models agree on columns per kind of record. #}

{# Union of the vendors' staging models of one shape, with an explicit column list. #}
{% macro union_shapes(relations, columns) -%}
    {%- for relation in relations %}
        select {{ columns | join(', ') }} from {{ relation }} {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The versions known at K, ranked within their record: rank 1 is the newest by source version,
   never by arrival, so a late old version replaces nothing. A tombstone repeats the content that
   was deleted: landing sees to that. #}
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
