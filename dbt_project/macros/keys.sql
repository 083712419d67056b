{# Keys: surrogate keys, entry ids, and our posting keys as an ERP gives them back. The format is
   that of `tieout.domain.keys`: firm:target:source:record:v<version>:leg, parts percent-escaped. #}

{# One text key of several columns; null and empty differ, order matters. #}
{% macro surrogate_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as varchar), '_null_')") -%}
    {%- endfor -%}
    md5({{ parts | join(" || '|' || ") }})
{%- endmacro %}

{# The month of a date as text, '2026-06': a calendar month, not yet an entity's period. #}
{% macro month_id(date_column) -%}
    substr(cast({{ date_column }} as varchar), 1, 7)
{%- endmacro %}

{# The member that stands for "not known" in every dimension, so that no join key is null. #}
{% macro unknown_member() -%}
    'unknown'
{%- endmacro %}

{# True when the text matches the regular expression. #}
{% macro matches_pattern(text, pattern) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('matches_pattern', 'tieout')(text, pattern) }}
    {%- else -%}
        {{ duckdb__matches_pattern(text, pattern) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__matches_pattern(text, pattern) -%}
    ({{ text }} ~ '{{ pattern }}')
{%- endmacro %}

{% macro duckdb__matches_pattern(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches_pattern(text, pattern) -%}
    ({{ text }} rlike '{{ pattern }}')
{%- endmacro %}

{# The posting key of an external id without its reversal prefix; null when it is not ours. #}
{% macro posting_key_of(external_id) -%}
    case
        when {{ matches_pattern(external_id, '^R:([^:]*:){4}v[0-9]{1,18}:[^:]+$') }}
            then substr({{ external_id }}, 3)
        when {{ matches_pattern(external_id, '^([^:]*:){4}v[0-9]{1,18}:[^:]+$') }}
            then {{ external_id }}
    end
{%- endmacro %}

{# One part of a posting key, unescaped. Positions: 1 firm, 2 target, 3 source system, 4 source
   record, 5 version (with its v), 6 leg. Null in, null out. #}
{% macro posting_key_part(posting_key, position) -%}
    replace(replace(split_part({{ posting_key }}, ':', {{ position }}), '%3A', ':'), '%25', '%')
{%- endmacro %}

{# The leg of a posting key without the number of its posting: `cost` of `cost` and of `cost.2`. #}
{% macro posting_key_leg(posting_key) -%}
    split_part({{ posting_key_part(posting_key, 6) }}, '.', 1)
{%- endmacro %}

{# The how-manieth posting of one entry version a key names: 2 of `cost.2`, 1 where none stands. #}
{% macro posting_key_round(posting_key) -%}
    coalesce(
        cast(
            nullif(
                {{ pattern_group(posting_key_part(posting_key, 6), '[.]([0-9]{1,4})$', 1) }}, ''
            ) as integer
        ),
        1
    )
{%- endmacro %}

{# `tieout.domain.keys.correlation_id`: uuid5 of the entry id in the namespace of this product. #}
{% macro correlation_id(entry_id) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('correlation_id', 'tieout')(entry_id) }}
    {%- else -%}
        {{ duckdb__correlation_id(entry_id) }}
    {%- endif -%}
{%- endmacro %}

{# The namespace is uuid5(NAMESPACE_URL, 'urn:tieout:correlation'), as bytes in hexadecimal. #}
{% macro duckdb__correlation_id(entry_id) -%}
    {%- set digest -%}
        sha1(unhex('2032d494e1c851c6812144f6e5b222e0') || encode({{ entry_id }}))
    {%- endset -%}
    {{ uuid5_text(digest) }}
{%- endmacro %}

{% macro default__correlation_id(entry_id) -%}
    {%- set digest -%}
        encode(
            digest(
                decode('2032d494e1c851c6812144f6e5b222e0', 'hex')
                || convert_to({{ entry_id }}, 'UTF8'),
                'sha1'
            ),
            'hex'
        )
    {%- endset -%}
    {{ uuid5_text(digest) }}
{%- endmacro %}

{% macro spark__correlation_id(entry_id) -%}
    {%- set digest -%}
        sha1(unhex('2032d494e1c851c6812144f6e5b222e0') || encode({{ entry_id }}, 'UTF-8'))
    {%- endset -%}
    {{ uuid5_text(digest) }}
{%- endmacro %}

{# A SHA-1 digest in hexadecimal as the text of a version 5 UUID. #}
{% macro uuid5_text(digest) -%}
    substr({{ digest }}, 1, 8) || '-' || substr({{ digest }}, 9, 4)
    || '-5' || substr({{ digest }}, 14, 3) || '-'
    || translate(substr({{ digest }}, 17, 1), '0123456789abcdef', '89ab89ab89ab89ab')
    || substr({{ digest }}, 18, 3) || '-' || substr({{ digest }}, 21, 12)
{%- endmacro %}

{# The external id that a reversal line points at: our prefix is `R:`, that of files `r:`. #}
{% macro reversed_external_id(external_id, posting_key) -%}
    case
        when {{ external_id }} like 'R:%' or {{ external_id }} like 'r:%'
            then substr({{ external_id }}, 3)
        else {{ posting_key }}
    end
{%- endmacro %}

{# What group `position` of the regular expression matches in the text; empty without a match. #}
{% macro pattern_group(text, pattern, position) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('pattern_group', 'tieout')(text, pattern, position) }}
    {%- else -%}
        {{ duckdb__pattern_group(text, pattern, position) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__pattern_group(text, pattern, position) -%}
    coalesce((regexp_match({{ text }}, '{{ pattern }}'))[{{ position }}], '')
{%- endmacro %}

{% macro duckdb__pattern_group(text, pattern, position) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ position }})
{%- endmacro %}

{% macro spark__pattern_group(text, pattern, position) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ position }})
{%- endmacro %}

{# Sort columns of a text id with numbers in it: 9 before 10, `journal:9-2` before `journal:9-11`.
   Ids that differ are never equal here, so that no order depends on how rows arrived. #}
{% macro natural_order(id) -%}
    cast(
        nullif({{ pattern_group(id, '^[^0-9]*([0-9]{1,18})', 1) }}, '') as bigint
    ) asc nulls last,
    length({{ id }}) asc,
    {{ id }} asc
{%- endmacro %}

{# The texts of a group as one text, in the order of another column. #}
{% macro text_list(text, order) -%}
    {%- if adapter is defined -%}
        {{ adapter.dispatch('text_list', 'tieout')(text, order) }}
    {%- else -%}
        {{ default__text_list(text, order) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__text_list(text, order) -%}
    string_agg({{ text }}, ', ' order by {{ order }} asc)
{%- endmacro %}

{% macro spark__text_list(text, order) -%}
    concat_ws(
        ', ', transform(array_sort(collect_list(struct({{ order }}, {{ text }}))), item -> item.{{ text }})
    )
{%- endmacro %}
