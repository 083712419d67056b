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
            and split_part({{ posting_key_part(posting_key, 4) }}, '.', 1) not like '%task'
        {%- endif %}
    )
{%- endmacro %}

{# Lines of the posting ledger once per entry: a line of several for each of them. #}
{% macro lines_by_entry() -%}
    select
        ledger.*,  -- noqa: AM04
        coalesce(manifests.entry_id, ledger.entry_id) as held_entry_id,
        coalesce(manifests.source_version, ledger.source_version) as held_version
    from {{ ref('fct_posting_lines') }} as ledger
    left join {{ ref('fct_posting_manifests') }} as manifests
        on ledger.posting_key = manifests.posting_key
{%- endmacro %}

{# Of each entry in a line what the ERP shows: as it was sent where the totals agree, else its part of
   the line's total by largest remainder. `relation` has `<measure>_of_line` and the sent columns;
   entries without any figure of a measure share a total of it equally. #}
{% macro shown_members(relation, measures) -%}
    with

    parts as (

        {% for measure, column, currency in measures %}
            select
                posting_key,
                entry_id,
                '{{ measure }}' as measure,
                {{ currency }} as currency_code,
                {{ column }} as sent,
                {{ measure }}_of_line as of_line,
                sum({{ column }}) over (partition by posting_key) as sent_of_line,
                case
                    when sum(abs({{ column }})) over (partition by posting_key) = 0 then 1
                    else abs({{ column }})
                end as weight
            from {{ relation }}
            {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    allocated as (

        {{ allocate_amount(
            'parts', 'of_line', 'weight', 'currency_code',
            keys=['posting_key', 'measure'], tie_break='entry_id'
        ) }}

    )

    select
        posting_key,
        entry_id,
        {% for measure, column, currency in measures %}
            max(
                case
                    when measure != '{{ measure }}' then null
                    when of_line = sent_of_line then sent
                    else allocated_amount
                end
            ) as {{ measure }}_shown{{ ',' if not loop.last }}
        {% endfor %}
    from allocated
    group by posting_key, entry_id
{%- endmacro %}
