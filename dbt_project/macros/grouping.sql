{# Lines that stand for several entries: `firm:target:group:worker_week_project.<digest>:v3:cost`. #}

{# True for a posting key of ours that names a group and no single entry. #}
{% macro is_group_key(posting_key) -%}
    coalesce({{ posting_key_part(posting_key, 3) }} = 'group', false)
{%- endmacro %}

{# The group that a posting key names, in the form of an entry id. #}
{% macro group_id_of(posting_key) -%}
    'group:' || {{ posting_key_part(posting_key, 4) }}
{%- endmacro %}

{# The grain of a planned line: `entry`, or the dimensions that its group is made of. #}
{% macro planned_grain(source_system, source_record_id) -%}
    case
        when coalesce({{ source_system }}, '') = 'group'
            then split_part({{ source_record_id }}, '.', 1)
        else 'entry'
    end
{%- endmacro %}

{# The value that all rows of a group have; null where they differ or one has none. #}
{% macro shared_value(column) -%}
    case
        when count({{ column }}) = count(*) and min({{ column }}) = max({{ column }})
            then min({{ column }})
    end
{%- endmacro %}

{# True for an entry that is approved and could be posted, were it alone. #}
{% macro is_free_to_post(row) -%}
    coalesce(
        {{ row }}.is_effective
        and {{ row }}.reason_code is null
        and {{ row }}.target is not null
        and not {{ is_policy_excluded(row) }}, false
    )
{%- endmacro %}

{# True when the line of a posting key stands for several entries and was not split by the column. #}
{% macro leaves_open(posting_key, column) -%}
    (
        {{ is_group_key(posting_key) }}
        {% if column == 'task_id' -%}
            and split_part({{ posting_key_part(posting_key, 4) }}, '.', 1) not like '%\_task' escape '\'
        {%- endif %}
    )
{%- endmacro %}
