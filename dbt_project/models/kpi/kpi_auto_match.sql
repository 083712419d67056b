with

-- a line that posts several entries has one tier
tiers as (

    select
        posting_line_id,
        max(match_tier) as match_tier
    from {{ ref('fct_posting_shares') }}
    group by posting_line_id

),

sums as (

    select
        coalesce(postings.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
        coalesce(postings.accounting_period_id, 'unknown') as accounting_period_id,
        count(*) as line_count,
        {% for tier in range(6) %}
            sum(case when tiers.match_tier = {{ tier }} then 1 else 0 end)
                as tier_{{ tier }}_count,
        {% endfor %}
        sum(case when tiers.match_tier is null then 1 else 0 end) as unmatched_count
    from {{ ref('fct_erp_postings') }} as postings
    left join tiers on postings.posting_line_id = tiers.posting_line_id
    group by
        coalesce(postings.legal_entity_id, {{ unknown_member() }}),
        coalesce(postings.accounting_period_id, 'unknown')

)

select
    sums.legal_entity_id || ':' || sums.accounting_period_id as auto_match_id,
    sums.legal_entity_id,
    sums.accounting_period_id,
    sums.line_count,
    {% for tier in range(6) %}
        cast(sums.tier_{{ tier }}_count as bigint) as tier_{{ tier }}_count,
    {% endfor %}
    cast(sums.unmatched_count as bigint) as unmatched_count,
    cast(sums.tier_0_count + sums.tier_1_count + sums.tier_2_count as bigint) as auto_matched_count,
    {{ ratio_of('sums.tier_0_count + sums.tier_1_count + sums.tier_2_count', 'sums.line_count') }}
        as auto_match_ratio,
    {{ as_of() }} as as_of_at
from sums
