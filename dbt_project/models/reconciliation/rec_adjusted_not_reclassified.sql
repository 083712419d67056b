{# reason, the gap's column, the entry's; judged over all rows of an entry: a move has two sides #}
{% set changes = [
    ('PROJECT_CHANGED', 'project_id', 'project_id'),
    ('WORKER_CHANGED', 'worker_id', 'worker_id'),
    ('WORKER_CHANGED', 'legal_entity_id', 'legal_entity_id'),
    ('DATE_CHANGED', 'work_period_id', 'accounting_period_id'),
    ('TASK_CHANGED', 'task_id', 'task_id'),
    ('COST_CENTER_CHANGED', 'cost_center_code', 'cost_center_code'),
    ('LABOUR_CATEGORY_CHANGED', 'labour_category', 'labour_category'),
    ('BILLABLE_CHANGED', 'is_billable', 'is_billable')
] %}
{% set entry_columns = [
    'entry_type', 'source_system', 'source_record_id', 'source_version', 'correlation_id',
    'client_id', 'work_date', 'known_at', 'contract_currency_code', 'functional_currency_code',
    'reporting_currency_code', 'fx_rate_contract_to_functional', 'fx_rate_functional_to_reporting'
] %}
{% set shown = [
    'posting_gap_id', 'entry_id', 'leg', 'entry_type', 'source_system', 'source_record_id',
    'source_version', 'correlation_id', 'legal_entity_id', 'worker_id', 'client_id', 'project_id',
    'task_id', 'cost_center_code', 'labour_category', 'is_billable', 'work_date', 'changed_at',
    'known_at', 'as_of_at', 'approved_hours', 'posted_hours', 'hours_to_post', 'hours_to_reverse',
    'approved_amount', 'posted_amount', 'amount_to_post', 'amount_to_reverse', 'currency_code',
    'functional_currency_code', 'contract_currency_code', 'is_billed', 'original_project_id',
    'current_project_id', 'original_hours', 'current_hours', 'original_amount', 'current_amount'
] %}
with

billed_entries as (

    select entry_id
    from {{ ref('fct_billing_allocations') }}
    where is_issued
    group by entry_id
    having sum(billed_amount_contract) != 0

),

standing_entries as (

    select
        entry_id,
        {{ count_standing_versions() }} as standing_count
    from {{ ref('fct_posting_shares') }}
    where leg = 'cost'
    group by entry_id

),

compared as (

    select
        gaps.*,
        {% for column in entry_columns %}
            entries.{{ column }},
        {% endfor %}
        coalesce(entries.source_updated_at, entries.known_at) as changed_at,
        entries.is_effective,
        coalesce(entries.approval_status, 'deleted') as approval_status,
        billed_entries.entry_id is not null as is_billed,
        standing_entries.standing_count,
        case when entries.is_effective then entries.project_id end as current_project_id,
        max(case when gaps.posted_hours != 0 or gaps.posted_amount != 0 then gaps.project_id end)
            over (partition by gaps.entry_id, gaps.leg) as original_project_id,
        {% for side, kind in [('original', 'posted'), ('current', 'approved')] %}
            {% for measure in ['hours', 'amount'] %}
                cast(
                    sum(gaps.{{ kind }}_{{ measure }}) over (partition by gaps.entry_id, gaps.leg)
                    as decimal(18, 4)
                ) as {{ side }}_{{ measure }},
            {% endfor %}
        {% endfor %}
        {% for reason, column, entry_column in changes %}
            max(case when gaps.{{ column }} is distinct from entries.{{ entry_column }} then 1 end)
                over (partition by gaps.entry_id) as other_{{ column }},
        {% endfor %}
        max(case when gaps.approved_hours != gaps.posted_hours then 1 end)
            over (partition by gaps.entry_id) as other_hours,
        {{ local_date('coalesce(entries.source_updated_at, entries.known_at)',
            'entities.time_zone') }} as changed_date,
        {{ local_date(as_of(), 'entities.time_zone') }} as as_of_date
    from {{ ref('rec_posting_gaps') }} as gaps
    left join {{ ref('fct_entries') }} as entries on gaps.entry_id = entries.entry_id
    left join billed_entries on gaps.entry_id = billed_entries.entry_id
    left join standing_entries on gaps.entry_id = standing_entries.entry_id
    left join {{ ref('dim_legal_entities') }} as entities
        on gaps.legal_entity_id = entities.legal_entity_id
    where not gaps.is_within_tolerance

),

explained as (

    select
        *,
        {{ correction_reason(changes) }} as reason_code
    from compared

)

select
    {% for column in shown %}
        explained.{{ column }},
    {% endfor %}
    explained.work_period_id as accounting_period_id,
    explained.approved_amount as gross_repair_amount_to_post,
    explained.posted_amount as gross_repair_amount_to_reverse,
    {{ correction_kind('explained') }} as correction_kind,
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
