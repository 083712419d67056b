{% set groups = [
    'legal_entity_id', 'stage', 'reason_code', 'owner_role', 'aging_bucket'
] %}

with

open_exceptions as (

    select
        *,
        coalesce(legal_entity_id, {{ unknown_member() }}) as known_entity_id
    from {{ ref('fct_exceptions') }}
    where status = 'open'

),

sums as (

    select
        known_entity_id as legal_entity_id,
        stage,
        reason_code,
        owner_role,
        aging_bucket,
        count(*) as open_count,
        sum(case when is_overdue then 1 else 0 end) as overdue_count,
        sum(case when amount_at_risk_reporting is null then 1 else 0 end) as unpriced_count,
        sum(amount_at_risk_reporting) as amount_at_risk_reporting,
        max(aging_business_days) as oldest_business_days
    from open_exceptions
    group by known_entity_id, stage, reason_code, owner_role, aging_bucket

)

select
    {{ surrogate_key(groups) }} as exception_aging_id,
    {% for column in groups %}
        sums.{{ column }},
    {% endfor %}
    case sums.aging_bucket
        when '0-1' then 1
        when '2-3' then 2
        when '4-7' then 3
        when '8-14' then 4
        when '15-30' then 5
        else 6
    end as aging_bucket_order,
    sums.open_count,
    cast(sums.overdue_count as bigint) as overdue_count,
    cast(sums.unpriced_count as bigint) as unpriced_count,
    cast(coalesce(sums.amount_at_risk_reporting, 0) as decimal(18, 4)) as amount_at_risk_reporting,
    sums.oldest_business_days,
    {{ as_of() }} as as_of_at
from sums
