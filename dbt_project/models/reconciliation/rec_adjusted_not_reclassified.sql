{# judged over all rows of an entry: a moved project shows on both its sides #}
{% set changes = [
    ('project', 'gaps.project_id is distinct from entries.project_id'),
    ('worker', 'gaps.worker_id is distinct from entries.worker_id'),
    ('entity', 'gaps.legal_entity_id is distinct from entries.legal_entity_id'),
    ('period', 'gaps.work_period_id is distinct from entries.accounting_period_id'),
    ('hours', 'gaps.approved_hours != gaps.posted_hours')
] %}

with

billed_entries as (

    select entry_id
    from {{ ref('fct_billing_allocations') }}
    where is_issued
    group by entry_id
    having sum(billed_amount_contract) != 0

),

compared as (

    select
        gaps.*,
        entries.entry_type,
        entries.source_system,
        entries.source_record_id,
        entries.source_version,
        entries.correlation_id,
        entries.client_id,
        entries.work_date,
        entries.known_at,
        coalesce(entries.source_updated_at, entries.known_at) as changed_at,
        entries.contract_currency_code,
        entries.functional_currency_code,
        entries.reporting_currency_code,
        entries.fx_rate_contract_to_functional,
        entries.fx_rate_functional_to_reporting,
        entries.is_effective,
        coalesce(entries.approval_status, 'deleted') as approval_status,
        billed_entries.entry_id is not null as is_billed,
        {% for change, condition in changes %}
            max(case when {{ condition }} then 1 else 0 end) over (partition by gaps.entry_id) = 1
                as has_other_{{ change }},
        {% endfor %}
        {{ local_date('coalesce(entries.source_updated_at, entries.known_at)',
            'entities.time_zone') }} as changed_date,
        {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date
    from {{ ref('rec_posting_gaps') }} as gaps
    left join {{ ref('fct_entries') }} as entries on gaps.entry_id = entries.entry_id
    left join billed_entries on gaps.entry_id = billed_entries.entry_id
    left join {{ ref('dim_legal_entities') }} as entities
        on gaps.legal_entity_id = entities.legal_entity_id
    where not gaps.is_within_tolerance

),

explained as (

    select
        *,
        case
            when approval_status = 'deleted' then 'ENTRY_DELETED'
            when not is_effective then 'UNAPPROVED'
            when has_other_project then 'PROJECT_CHANGED'
            when has_other_worker or has_other_entity then 'WORKER_CHANGED'
            when has_other_period then 'DATE_CHANGED'
            when has_other_hours then 'HOURS_CHANGED'
            when entry_type = 'expense' then 'AMOUNT_CHANGED'
            when leg = 'cost' then 'COST_RATE_CHANGED'
            else 'RATE_CHANGED'
        end as reason_code
    from compared

)

select
    explained.posting_gap_id,
    explained.entry_id,
    explained.leg,
    explained.entry_type,
    explained.source_system,
    explained.source_record_id,
    explained.source_version,
    explained.correlation_id,
    explained.legal_entity_id,
    explained.worker_id,
    explained.client_id,
    explained.project_id,
    explained.work_date,
    explained.work_period_id as accounting_period_id,
    explained.changed_at,
    explained.known_at,
    explained.as_of_at,
    explained.approved_hours,
    explained.posted_hours,
    explained.hours_to_post,
    explained.hours_to_reverse,
    explained.approved_amount,
    explained.posted_amount,
    explained.amount_to_post,
    explained.amount_to_reverse,
    explained.currency_code,
    explained.functional_currency_code,
    explained.contract_currency_code,
    explained.is_billed,
    case
        when explained.leg = 'cost' then cast(0 as decimal(18, 4))
        else {{ to_reporting('explained.amount_to_post', 'explained') }}
    end as amount_at_risk_reporting,
    explained.reason_code,
    reasons.owner_role,
    {{ days_between('explained.changed_date', 'explained.as_of_date') }} as aging_days,
    {{ aging_bucket(days_between('explained.changed_date', 'explained.as_of_date')) }}
        as aging_bucket,
    {{ exception_id('reasons.stage', 'explained.entry_id', 'explained.reason_code') }}
        as exception_id
from explained
left join {{ ref('dim_reasons') }} as reasons on explained.reason_code = reasons.reason_code
