{# Shapes: every vendor's staging models agree on columns per kind of record. #}

{# Union of the vendors' staging models of one shape, with an explicit column list. Columns that only
   some systems can fill stand in `optional` (name to type), and `supplied` names for each model that
   has some of them which ones; everybody else's are null. #}
{% macro union_shapes(relations, columns, optional={}, supplied={}) -%}
    {%- for relation in relations %}
        {%- set has = supplied.get(relation.identifier, []) -%}
        {%- set rest = [] -%}
        {%- for name, type in optional.items() -%}
            {%- do rest.append(
                name if has == 'all' or name in has else 'cast(null as ' ~ type ~ ') as ' ~ name
            ) -%}
        {%- endfor %}
        select {{ (columns + rest) | join(', ') }} from {{ relation }} {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The versions known at K, ranked within their record: rank 1 is the newest by source version,
   never by arrival, so a late old version replaces nothing; of two readings of one version the
   later one speaks. A tombstone repeats the content that
   was deleted: landing sees to that. `over_versions` looks at every known version of the record,
   in the same order, so that one sort serves them all. #}
{% macro known_versions(relation, key_columns, over_versions={}) -%}
    {%- set newest_first -%}
        partition by {{ key_columns | join(', ') }} order by source_version desc nulls last, known_at desc
    {%- endset -%}
    {%- set whole -%}
        {{ newest_first }} rows between unbounded preceding and unbounded following
    {%- endset -%}
    {%- set columns = ['*', 'row_number() over (' ~ newest_first ~ ') as version_rank'] -%}
    {%- for name, expression in over_versions.items() -%}
        {%- do columns.append(expression ~ ' over (' ~ whole ~ ') as ' ~ name) -%}
    {%- endfor -%}
    select {{ columns | join(', ') }}
    from {{ relation }}
    where known_at <= {{ as_of() }}
{%- endmacro %}
