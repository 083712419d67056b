{# tiers 3 and 4: one after the other, each on what the one before left open #}
{% set levels = ['day', 'week', 'worker_period', 'project_week', 'project_period'] %}
{% set passes = [] %}
{% for tier in [3, 4] %}
    {% for level in levels %}
        {% do passes.append((tier, level, tier ~ '_' ~ level)) %}
    {% endfor %}
{% endfor %}
-- Sums of lines against sums of entries at each grouping an ERP posts by: first as the entries
-- stood when the lines were posted, then as they stand now.
with

matched_0 as (

    select
        posting_line_id,
        entry_id,
        source_version,
        leg,
        match_group_id,
        2 as match_tier
    from {{ ref('int_exact_matches') }}

),

{% for tier, level, name in passes %}
    {% set before = 'matched_' ~ (passes[loop.index0 - 1][2] if not loop.first else '0') %}
    {{ match_pass(tier, level, name, before) }},

{% endfor %}
groups_met as (

    select * from matched_{{ passes[-1][2] }}
    where match_tier > 2

)

select * from groups_met
