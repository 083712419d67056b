{# Building our posting keys in SQL, exactly as `tieout.domain.keys` builds them in Python. #}

{# Percent-escape the separator and the escape sign, nothing else. #}
{% macro escape_key_part(part) -%}
    replace(replace({{ part }}, '%', '%25'), ':', '%3A')
{%- endmacro %}

{# The key of one leg of one version of one source entry at one target. #}
{% macro build_posting_key(
    firm_id, target, source_system, source_record_id, source_version, leg
) -%}
    {{ escape_key_part(firm_id) }} || ':' || {{ escape_key_part(target) }} || ':'
    || {{ escape_key_part(source_system) }} || ':' || {{ escape_key_part(source_record_id) }}
    || ':v' || cast({{ source_version }} as varchar) || ':' || {{ leg }}
{%- endmacro %}
