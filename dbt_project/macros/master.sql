{# Ownership of master records: which record of which system speaks for a worker, client or project. #}

{# CTEs `in_scope`, `ranked` and `owned` over `described`, the records of one kind. A record is owned
   when ownership names its system for all records or for its legal entity (a record without one
   cannot be told apart and is taken). Its canonical id is the crosswalk's, else its code, else its
   own id. `is_claimed` marks a record whose code another system's record of another name has;
   `owner_rank` 1 is the record that speaks where one system has several. #}
{% macro owned_records(kind, described, code, name, newest_first) -%}
    {%- set id = 'source_' ~ kind ~ '_id' -%}
    {%- set first -%}
        partition by is_in_scope, owner_id
        order by
            case when linked_id is null then 2 else 1 end asc, known_at asc nulls first,
            source_system asc, {{ id }} asc
    {%- endset -%}
    scopes as (

        select distinct
            source_system,
            legal_entity_id
        from {{ ref('int_owners') }}
        where
            entity = '{{ kind }}'
            and field is null
            and coalesce(valid_from <= cast({{ as_of() }} as date), true)
            and coalesce(valid_to >= cast({{ as_of() }} as date), true)

    ),

    in_scope as (

        select
            {{ described }}.*,
            coalesce({{ described }}.linked_id, {{ described }}.{{ code }}, {{ described }}.{{ id }})
                as owner_id,
            coalesce({{ name_key(described ~ '.' ~ name) }}, '') as name_key,
            {{ described }}.is_listed
            and exists (
                select 1
                from scopes
                where
                    {{ described }}.source_system = scopes.source_system
                    and coalesce(
                        {{ described }}.legal_entity_id = scopes.legal_entity_id, true
                    )
            ) as is_in_scope
        from {{ described }}

    ),

    ranked as (

        select
            in_scope.*,
            first_value(source_system) over ({{ first }}) as first_system,
            first_value(name_key) over ({{ first }}) as first_name_key
        from in_scope

    ),

    owned as (

        select
            ranked.*,
            is_in_scope
            and linked_id is null
            and source_system != first_system
            and name_key != first_name_key as is_claimed,
            is_in_scope
            and (
                linked_id is not null
                or source_system = first_system
                or name_key = first_name_key
            ) as is_owned,
            row_number() over (
                partition by
                    is_in_scope,
                    owner_id,
                    case
                        when
                            linked_id is null
                            and source_system != first_system
                            and name_key != first_name_key
                            then 2
                        else 1
                    end
                order by
                    {{ newest_first }}, case when source_system = first_system then 1 else 2 end asc,
                    source_system asc, {{ id }} asc
            ) as owner_rank
        from ranked

    )
{%- endmacro %}

{# A name without case, spaces and punctuation: what makes no other company or person. #}
{% macro name_key(name) -%}
    lower(replace(replace(replace({{ name }}, '.', ''), ',', ''), ' ', ''))
{%- endmacro %}

{# The values of fields that another system than the record of the whole owns, one row per canonical
   id: `has_<field>` and `<field>` in its own type. #}
{% macro field_overrides(kind, fields) -%}
    select
        canonical_id
        {%- for name, type in fields.items() %},
        max(case when field = '{{ name }}' then 1 else 0 end) = 1 as has_{{ name }},
        cast(max(case when field = '{{ name }}' then owner_value end) as {{ type }}) as {{ name }}
        {%- endfor %}
    from {{ ref('int_owned_fields') }}
    where entity_kind = '{{ kind }}' and is_field_owned
    group by canonical_id
{%- endmacro %}

{# A field as its owner states it; `record` holds what the owner of the whole states. #}
{% macro owned_value(field, record='ids') -%}
    case
        when coalesce(overrides.has_{{ field }}, false) then overrides.{{ field }}
        else {{ record }}.{{ field }}
    end
{%- endmacro %}

{# A dimension of codes of one kind: one row per code as the owning system lists it, and the unknown
   member. Where no system owns the kind every list counts, and the one known first speaks. #}
{% macro code_dimension(kind, name) -%}
    with

    codes as (

        select
            code,
            code_name,
            parent_code,
            legal_entity_id,
            is_active,
            source_system,
            known_at
        from {{ ref('int_reference_codes_owned') }}
        where code_kind = '{{ kind }}' and is_owned and code_rank = 1

    )

    select
        code as {{ name }}_code,
        code_name as {{ name }}_name,
        parent_code,
        legal_entity_id,
        is_active,
        source_system,
        known_at
    from codes
    union all
    select
        {{ unknown_member() }} as {{ name }}_code,
        'Unknown' as {{ name }}_name,
        cast(null as varchar) as parent_code,
        {{ unknown_member() }} as legal_entity_id,
        false as is_active,
        cast(null as varchar) as source_system,
        cast(null as timestamp) as known_at
{%- endmacro %}

{# The days on which each version of a record holds, from its versions known at K: a later version
   overrules an earlier one from its own first day on, and the earliest one that is left holds since
   ever. A version holds from the day it states, else from the day it became known (UTC). Columns
   `valid_from`, `valid_to` (included; 9999-12-31 when open); versions overruled on all days go. #}
{% macro dated_versions(relation, key_columns) -%}
    {%- set record = key_columns | join(', ') -%}
    {%- set order = 'source_version asc nulls first, known_at asc' -%}
    starting as (

        select
            versions.*,
            coalesce(valid_from, cast(known_at as date)) as first_day,
            row_number() over (partition by {{ record }} order by {{ order }}) as version_number
        from {{ relation }} as versions

    ),

    overruled as (

        select
            starting.*,
            min(first_day) over (
                partition by {{ record }}
                order by version_number
                rows between 1 following and unbounded following
            ) as next_first_day
        from starting

    ),

    spans as (

        select
            overruled.*,
            row_number() over (partition by {{ record }} order by first_day) as span_number
        from overruled
        where coalesce(first_day < next_first_day, true)

    )
{%- endmacro %}

{# First and last day of a span of `dated_versions`. #}
{% macro span_start() -%}
    case when spans.span_number = 1 then cast('1900-01-01' as date) else spans.first_day end
{%- endmacro %}

{% macro span_end() -%}
    coalesce({{ add_days('spans.next_first_day', -1) }}, cast('9999-12-31' as date))
{%- endmacro %}
