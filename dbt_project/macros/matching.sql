{# Matching of ERP lines with entries: keys of the groupings that ERPs post by, and comparisons. #}

{# Keys of a row at each grouping. Null in a part is null in the key, and null meets nothing. A line
   that names no worker stands for any worker of its project, and one without a day for any day of
   its period. Nothing crosses an entity or a functional currency. #}
{% macro match_keys(row, period, names_worker, names_day) -%}
    {%- set base -%}
        {{ row }}.leg || '|' || nullif({{ row }}.legal_entity_id, {{ unknown_member() }}) || '|'
        || {{ row }}.functional_currency_code || '|'
        || nullif({{ row }}.project_id, {{ unknown_member() }})
    {%- endset -%}
    {%- set worker -%} nullif({{ row }}.worker_id, {{ unknown_member() }}) {%- endset -%}
    {%- set week -%} cast({{ week_start(row ~ '.work_date') }} as varchar) {%- endset -%}
    {{ base }} || '|' || {{ worker }} || '|' || cast({{ row }}.work_date as varchar) as day_key,
    {{ base }} || '|' || {{ worker }} || '|week of ' || {{ week }} as week_key,
    case when not {{ names_day }} then {{ base }} || '|' || {{ worker }} || '|' || {{ period }} end
        as worker_period_key,
    case when not {{ names_worker }} then {{ base }} || '|week of ' || {{ week }} end
        as project_week_key,
    case
        when not {{ names_worker }} and not {{ names_day }} then {{ base }} || '|' || {{ period }}
    end as project_period_key
{%- endmacro %}

{# True when two sums are one sum, or lie within the larger of the absolute and the relative
   tolerance of each other with the same sign. #}
{% macro amounts_meet(left, right, is_tolerant) -%}
    {%- if is_tolerant -%}
        sign({{ left }}) = sign({{ right }})
        and abs({{ left }} - {{ right }}) <= greatest(
            {{ policy_amount('tolerance') }},
            {{ round_money(
                multiply(
                    'greatest(abs(' ~ left ~ '), abs(' ~ right ~ '))',
                    policy_amount('tolerance_ratio')
                ), 4
            ) }}
        )
    {%- else -%}
        {{ left }} = {{ right }}
    {%- endif -%}
{%- endmacro %}

{# A policy of the firm as a number; 0 where it states none. #}
{% macro policy_amount(policy) -%}
    coalesce((
        select max(cast(policies.policy_value as decimal(18, 6)))
        from {{ ref('dim_policies') }} as policies
        where policies.policy = '{{ policy }}'
    ), 0)
{%- endmacro %}

{# True for a non-billable entry whose destination the policy names among those that take none:
   `non_billable_not_posted: netsuite_us, tryton_uk`, or `all`. #}
{% macro is_policy_excluded(row) -%}
    (not coalesce({{ row }}.is_billable, true) and coalesce((
        select max(
            case
                when policies.policy_value = 'all' then 1
                when
                    ',' || replace(policies.policy_value, ' ', '') || ','
                    like '%,' || {{ row }}.target || ',%'
                    then 1
                else 0
            end
        )
        from {{ ref('dim_policies') }} as policies
        where policies.policy = 'non_billable_not_posted'
    ), 0) = 1)
{%- endmacro %}

{# The share of one entry in one line of a group, for one measure: the difference of cumulative
   parts, so that every entry's shares add up to the entry, and every line's to the line when both
   sides are equal, whatever is rounded. Needs `<measure>_of_entry`, `_up_to_entry`, `_up_to_line`,
   `_of_line`, `_of_group`. #}
{% macro group_share(measure) -%}
    {%- set entry = measure ~ '_of_entry' -%}
    {%- set entry_before = '(' ~ measure ~ '_up_to_entry - ' ~ entry ~ ')' -%}
    {%- set line_before = '(' ~ measure ~ '_up_to_line - ' ~ measure ~ '_of_line)' -%}
    cast(case
        when line_count = 1 then {{ entry }}
        when {{ measure }}_of_group = 0 then case when line_rank = 1 then {{ entry }} else 0 end
        else
            {{ cumulative_part(measure ~ '_up_to_entry', measure ~ '_up_to_line', measure) }}
            - {{ cumulative_part(entry_before, measure ~ '_up_to_line', measure) }}
            - {{ cumulative_part(measure ~ '_up_to_entry', line_before, measure) }}
            + {{ cumulative_part(entry_before, line_before, measure) }}
    end as decimal(18, 4))
{%- endmacro %}

{% macro cumulative_part(entries, lines, measure) -%}
    {{ money_div(multiply(entries, lines, 4, 4), measure ~ '_of_group', 4, 8, 4) }}
{%- endmacro %}

{# One pass of group matching as CTEs: the open lines of one grouping summed, the open versions of
   the same grouping summed in both readings, and `matched_<name>` = `before` and what met. #}
{% macro match_pass(tier, level, name, before) -%}
    {%- set key = level ~ '_key' -%}
    {%- set measures = [
        ('hours', 'hours', false),
        ('cost', 'cost_amount_functional', tier == 4),
        ('bill', 'bill_amount_contract', tier == 4)
    ] -%}
    used_lines_{{ name }} as (

        select distinct posting_line_id from {{ before }}

    ),

    used_legs_{{ name }} as (

        select distinct
            entry_id,
            leg
        from {{ before }}

    ),

    lines_{{ name }} as (

        select
            erp_lines.{{ key }} as match_key,
            max(erp_lines.posted_at) as posted_at,
            {% for measure, column, is_tolerant in measures %}
                max(case when erp_lines.states_{{ measure }} then 1 else 0 end) = 1
                    as states_{{ measure }},
                sum(erp_lines.{{ column }}) as {{ measure }},
            {% endfor %}
            min(erp_lines.contract_currency_code) as first_currency_code,
            max(erp_lines.contract_currency_code) as last_currency_code
        from {{ ref('int_open_lines') }} as erp_lines
        left join used_lines_{{ name }} as used
            on erp_lines.posting_line_id = used.posting_line_id
        where
            erp_lines.{{ key }} is not null
            and erp_lines.repeat_rank = 1
            and used.posting_line_id is null
        group by erp_lines.{{ key }}

    ),

    versions_{{ name }} as (

        select
            versions.*,
            erp_lines.match_key,
            coalesce(
                versions.valid_from <= erp_lines.posted_at
                and (versions.valid_to is null or versions.valid_to > erp_lines.posted_at), false
            ) as stood_when_posted
        from {{ ref('int_open_versions') }} as versions
        inner join lines_{{ name }} as erp_lines on versions.{{ key }} = erp_lines.match_key
        left join used_legs_{{ name }} as used
            on versions.entry_id = used.entry_id and versions.leg = used.leg
        where used.entry_id is null

    ),

    readings_{{ name }} as (

        select
            match_key,
            1 as reading,
            entry_id,
            source_version,
            leg,
            hours,
            cost_amount_functional,
            bill_amount_contract,
            contract_currency_code
        from versions_{{ name }}
        where stood_when_posted
        union all
        select
            match_key,
            2 as reading,
            entry_id,
            source_version,
            leg,
            hours,
            cost_amount_functional,
            bill_amount_contract,
            contract_currency_code
        from versions_{{ name }}
        where is_newest

    ),

    sums_{{ name }} as (

        select
            match_key,
            reading,
            {% for measure, column, is_tolerant in measures %}
                sum({{ column }}) as {{ measure }},
            {% endfor %}
            min(contract_currency_code) as first_currency_code,
            max(contract_currency_code) as last_currency_code
        from readings_{{ name }}
        group by match_key, reading

    ),

    met_{{ name }} as (

        select
            erp_lines.match_key,
            min(sums.reading) as reading
        from lines_{{ name }} as erp_lines
        inner join sums_{{ name }} as sums on erp_lines.match_key = sums.match_key
        where
            (erp_lines.hours != 0 or erp_lines.cost != 0 or erp_lines.bill != 0)
            {% for measure, column, is_tolerant in measures %}
                and (
                    not erp_lines.states_{{ measure }}
                    or ({{ amounts_meet('erp_lines.' ~ measure, 'sums.' ~ measure, is_tolerant) }})
                )
            {% endfor %}
            and (
                erp_lines.bill = 0
                or (
                    erp_lines.first_currency_code = erp_lines.last_currency_code
                    and sums.first_currency_code = sums.last_currency_code
                    and erp_lines.first_currency_code = sums.first_currency_code
                )
            )
        group by erp_lines.match_key

    ),

    matched_{{ name }} as (

        select
            posting_line_id,
            entry_id,
            source_version,
            leg,
            match_group_id,
            match_tier
        from {{ before }}
        union all
        select
            erp_lines.posting_line_id,
            readings.entry_id,
            readings.source_version,
            readings.leg,
            '{{ level }}:' || met.match_key as match_group_id,
            {{ tier }} as match_tier
        from met_{{ name }} as met
        inner join readings_{{ name }} as readings
            on met.match_key = readings.match_key and met.reading = readings.reading
        inner join {{ ref('int_open_lines') }} as erp_lines on met.match_key = erp_lines.{{ key }}
        left join used_lines_{{ name }} as used
            on erp_lines.posting_line_id = used.posting_line_id
        where erp_lines.repeat_rank = 1 and used.posting_line_id is null

    )
{%- endmacro %}

{# How many postings of an entry stand; a version posted a second time has a second key of ours. #}
{% macro count_standing_versions() -%}
    count(distinct case
        when not is_reversal and not is_reversed
            then
                cast(source_version as varchar)
                || coalesce(case when match_tier = 0 then posting_key end, '')
    end)
{%- endmacro %}

{# Why an entry and its lines differ: what happened to the entry, then to its dimensions, then to
   its quantity, then to its price. #}
{% macro correction_reason(changes) -%}
    case
        when approval_status = 'deleted' then 'ENTRY_DELETED'
        when not is_effective then 'UNAPPROVED'
        when standing_count > 1 then 'REPOST_WITHOUT_REVERSAL'
        when standing_count = 0 then 'REVERSED_NOT_REPOSTED'
        {% for reason, column, entry_column in changes %}
            when other_{{ column }} = 1 then '{{ reason }}'
        {% endfor %}
        when other_hours = 1 then 'HOURS_CHANGED'
        when original_amount = 0 and original_hours != 0 and leg = 'bill' then 'LEG_NOT_POSTED'
        when entry_type = 'expense' then 'AMOUNT_CHANGED'
        when leg = 'cost' then 'COST_RATE_CHANGED'
        else 'RATE_CHANGED'
    end
{%- endmacro %}

{# The kind of repair that a reason asks for. #}
{% macro correction_kind(row) -%}
    case
        when {{ row }}.reason_code in ('ENTRY_DELETED', 'UNAPPROVED', 'REPOST_WITHOUT_REVERSAL')
            then 'reverse'
        when {{ row }}.reason_code in ('LEG_NOT_POSTED', 'REVERSED_NOT_REPOSTED') then 'post'
        when {{ row }}.reason_code = 'HOURS_CHANGED' then 'quantity'
        when {{ row }}.reason_code in ('RATE_CHANGED', 'COST_RATE_CHANGED', 'AMOUNT_CHANGED')
            then 'price'
        else 'reclassify'
    end
{%- endmacro %}
