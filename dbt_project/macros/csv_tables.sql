{# The history of a csv_tables file: source_system, the columns asked for, source_version, known_at
   and is_deleted. A row that states no version counts its readings. The file dates the first
   reading of a row; a later change, and the row's end, are known when they were read. #}
{% macro csv_versions(shape, columns) -%}
    select
        source_system,
        {{ columns | join(',\n        ') }},
        coalesce(stated_version, reading_number) as source_version,
        case
            when reading_number = 1 then coalesce(stated_known_at, known_at)
            else greatest(coalesce(stated_known_at, known_at), known_at)
        end as known_at,
        is_deleted or coalesce(stated_is_deleted, false) as is_deleted
    from (
        select
            *,
            row_number() over (partition by source_system, id order by version asc)
                as reading_number
        from {{ source('csv_tables', shape) }}
    ) as readings
{%- endmacro %}

{# A reference of a csv_tables file as system:id; a bare id is one of the same system. #}
{% macro csv_entry_reference(id) -%}
    case
        when position(':' in {{ id }}) > 0 then {{ id }}
        else source_system || ':' || {{ id }}
    end
{%- endmacro %}
