{# Shapes: every vendor's staging models agree on columns per kind of record. #}

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

{# The versions known at K, ranked within their record: rank 1 is the newest by source version,
   never by arrival, so a late old version replaces nothing. A tombstone carries no content in
   most sources, so it repeats the last content before it. #}
{% macro known_versions(relation, key_columns, columns) -%}
    with

    known as (

        select
            *,
            row_number() over (
                partition by {{ key_columns | join(', ') }}
                order by source_version desc nulls last
            ) as version_rank
        from {{ relation }}
        where known_at <= {{ as_of() }}

    ),

    tombstones as (

        select
            {%- for key in key_columns %}
            {{ key }},
            {%- endfor %}
            source_version
        from known
        where is_deleted

    ),

    contents as (

        select
            known.*,
            tombstones.source_version as tombstone_version,
            row_number() over (
                partition by
                    {%- for key in key_columns %}
                    known.{{ key }},
                    {%- endfor %}
                    tombstones.source_version
                order by known.source_version desc nulls last
            ) as content_rank
        from tombstones
        inner join known
            on
                {%- for key in key_columns %}
                tombstones.{{ key }} = known.{{ key }} and
                {%- endfor %}
                tombstones.source_version > known.source_version
        where not known.is_deleted

    ),

    last_contents as (

        select * from contents
        where content_rank = 1

    )

    select
        {%- for key in key_columns %}
        known.{{ key }},
        {%- endfor %}
        known.source_version,
        known.known_at,
        known.is_deleted,
        known.version_rank,
        {%- for column in columns %}
        coalesce(known.{{ column }}, last_contents.{{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from known
    left join last_contents
        on
            {%- for key in key_columns %}
            known.{{ key }} = last_contents.{{ key }} and
            {%- endfor %}
            known.source_version = last_contents.tombstone_version
{%- endmacro %}
