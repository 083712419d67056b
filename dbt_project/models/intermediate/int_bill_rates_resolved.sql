{% set legs = ['bill', 'cost', 'standard'] %}
{% set values = ['rate_id', 'rate_level', 'currency_code', 'rate'] %}
-- The most specific rate of each leg, by spans of days in which nothing changes. Two rates of one
-- rank: none of them, and the span says so.
with

candidates as (

    select * from {{ ref('int_rate_candidates') }}

),

edges as (

    select
        rate_key,
        valid_from as first_day
    from candidates
    union all
    select
        rate_key,
        {{ add_days('valid_to', 1) }} as first_day
    from candidates
    where valid_to < cast('9999-12-31' as date)

),

days as (

    select distinct
        rate_key,
        first_day
    from edges

),

spans as (

    select
        rate_key,
        first_day as valid_from,
        coalesce(
            {{ add_days('lead(first_day) over (partition by rate_key order by first_day)', -1) }},
            cast('9999-12-31' as date)
        ) as valid_to
    from days

),

ranked as (

    select
        spans.rate_key,
        spans.valid_from,
        spans.valid_to,
        candidates.leg,
        candidates.rate_id,
        candidates.rate_level,
        candidates.currency_code,
        candidates.rate,
        candidates.is_blended,
        rank() over (
            partition by spans.rate_key, spans.valid_from, candidates.leg
            order by candidates.specificity asc
        ) as rate_rank,
        count(*) over (
            partition by
                spans.rate_key, spans.valid_from, candidates.leg, candidates.specificity
        ) as rival_count
    from spans
    inner join candidates
        on
            spans.rate_key = candidates.rate_key
            and spans.valid_from >= candidates.valid_from
            and spans.valid_to <= candidates.valid_to

)

select
    rate_key,
    valid_from,
    valid_to,
    {% for leg in legs %}
        {% for value in values %}
            max(case when leg = '{{ leg }}' and rival_count = 1 then {{ value }} end)
                as {{ leg }}_{{ value }},
        {% endfor %}
        coalesce(max(case when leg = '{{ leg }}' then rival_count end), 1) > 1
            as is_{{ leg }}_ambiguous,
    {% endfor %}
    coalesce(
        max(case when leg = 'bill' and rival_count = 1 and is_blended then 1 else 0 end), 0
    ) = 1 as is_bill_blended
from ranked
where rate_rank = 1
group by rate_key, valid_from, valid_to
