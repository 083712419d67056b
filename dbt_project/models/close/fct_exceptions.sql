with

-- a mart knows the money and the age, so it speaks before what the process noted
findings as (

    select
        exception_id,
        mart,
        reason_code,
        subject_id,
        entry_id,
        posting_line_id,
        cast(null as varchar) as detail,
        legal_entity_id,
        accounting_period_id,
        work_date,
        amount_at_risk_reporting,
        opened_at,
        true as is_open,
        1 as source_rank
    from {{ ref('fct_mart_exceptions') }}
    union all
    select
        exception_id,
        mart,
        reason_code,
        subject_id,
        entry_id,
        cast(null as varchar) as posting_line_id,
        detail,
        legal_entity_id,
        accounting_period_id,
        work_date,
        cast(null as decimal(18, 4)) as amount_at_risk_reporting,
        opened_at,
        is_open,
        2 as source_rank
    from {{ ref('fct_process_exceptions') }}

),

ranked as (

    select
        *,
        max(detail) over (partition by exception_id) as any_detail,
        row_number() over (
            partition by exception_id
            order by case when is_open then 1 else 2 end asc, source_rank asc
        ) as finding_rank
    from findings

),

dated as (

    select
        ranked.*,
        reasons.stage,
        reasons.owner_role,
        reasons.label as reason_label,
        reasons.fix,
        {{ local_date('ranked.opened_at', "coalesce(entities.time_zone, 'UTC')") }} as opened_date,
        {{ local_date(as_of(), "coalesce(entities.time_zone, 'UTC')") }} as as_of_date,
        reasons.sla_business_days
    from ranked
    left join {{ ref('dim_reasons') }} as reasons on ranked.reason_code = reasons.reason_code
    left join {{ ref('dim_legal_entities') }} as entities
        on ranked.legal_entity_id = entities.legal_entity_id
    where ranked.finding_rank = 1

),

-- due at the end of the last business day of the time allowed
due as (

    select
        *,
        cast({{ add_days(
            add_business_days('opened_date', 'sla_business_days'), 1
        ) }} as timestamp) as due_at,
        {{ business_days_between('opened_date', 'as_of_date') }} as aging_business_days
    from dated

)

select
    due.exception_id,
    due.mart,
    due.stage,
    due.reason_code,
    due.reason_label,
    due.subject_id,
    due.entry_id,
    due.posting_line_id,
    due.any_detail as detail,
    due.legal_entity_id,
    due.accounting_period_id,
    due.work_date,
    due.owner_role,
    due.fix,
    due.amount_at_risk_reporting,
    due.opened_at,
    due.due_at,
    case when due.is_open then 'open' else 'closed' end as status,
    due.is_open and due.due_at < {{ as_of() }} as is_overdue,
    due.aging_business_days,
    {{ exception_aging_bucket('due.aging_business_days') }} as aging_bucket,
    {{ as_of() }} as as_of_at
from due
