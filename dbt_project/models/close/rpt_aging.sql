{# mart, what refines it, and the value that ages #}
{% set marts = [
    ('rec_approved_not_posted', 'sub_status', 'accounting_period_id', 'bill_amount_reporting',
        'hours', 'true'),
    ('rec_adjusted_not_reclassified', 'leg', 'accounting_period_id', 'amount_at_risk_reporting',
        'hours_to_post - hours_to_reverse', "leg = 'bill'"),
    ('rec_orphan_postings', 'class', 'work_period_id', 'amount_at_risk_reporting', 'hours', 'true'),
    ('rec_duplicate_postings', 'class', 'work_period_id', 'amount_at_risk_reporting', 'hours',
        'true'),
    ('rec_posted_not_billed', 'billing_status', 'work_period_id', 'remaining_amount_reporting',
        'hours - billed_hours', 'true')
] %}
{% set groups = [
    'mart', 'work_period_id', 'legal_entity_id', 'sub_status', 'reason_code', 'owner_role',
    'aging_bucket'
] %}

with

items as (

    {% for mart, sub_status, period, amount, hours, is_counted in marts %}
        select
            '{{ mart }}' as mart,
            legal_entity_id,
            cast({{ sub_status }} as varchar) as sub_status,
            reason_code,
            owner_role,
            coalesce(aging_bucket, 'unknown') as aging_bucket,
            cast({{ period }} as varchar) as work_period_id,
            cast({{ hours }} as decimal(18, 4)) as hours,
            {{ amount }} as amount_reporting,
            amount_at_risk_reporting
        from {{ ref(mart) }}
        where {{ is_counted }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    {{ surrogate_key(groups) }} as aging_id,
    {% for column in groups %}
        {{ column }},
    {% endfor %}
    {{ aging_bucket_order('aging_bucket') }} as aging_bucket_order,
    count(*) as row_count,
    cast(sum(hours) as decimal(18, 4)) as hours,
    cast(coalesce(sum(amount_reporting), 0) as decimal(18, 4)) as amount_reporting,
    cast(coalesce(sum(amount_at_risk_reporting), 0) as decimal(18, 4)) as amount_at_risk_reporting,
    {{ as_of() }} as as_of_at
from items
group by {{ groups | join(', ') }}
