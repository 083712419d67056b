with

limits as (

    select
        {{ policy_number('approved_to_posted_business_days', 1) }} as posted_limit,
        {{ policy_number('approved_to_invoice_ready_business_days', 'null') }} as ready_limit

),

ready_entries as (

    select entry_id
    from {{ ref('rec_posted_not_billed') }}
    where entry_id is not null
    group by entry_id
    having min(case when billing_status = 'ready' then 1 else 0 end) = 1

),

breaches as (

    select
        'exception_resolution' as sla,
        exceptions.exception_id as subject_id,
        exceptions.entry_id,
        exceptions.legal_entity_id,
        exceptions.accounting_period_id,
        exceptions.reason_code,
        exceptions.owner_role,
        exceptions.aging_business_days as elapsed_business_days,
        reasons.sla_business_days as allowed_business_days,
        true as is_open,
        exceptions.amount_at_risk_reporting
    from {{ ref('fct_exceptions') }} as exceptions
    inner join {{ ref('dim_reasons') }} as reasons
        on exceptions.reason_code = reasons.reason_code
    where exceptions.is_overdue
    union all
    select
        items.cycle_name as sla,
        items.entry_id as subject_id,
        items.entry_id,
        items.legal_entity_id,
        items.accounting_period_id,
        cast(null as varchar) as reason_code,
        'integration' as owner_role,
        items.business_days as elapsed_business_days,
        limits.posted_limit as allowed_business_days,
        items.is_censored as is_open,
        trace.bill_amount_reporting as amount_at_risk_reporting
    from {{ ref('kpi_cycle_time_items') }} as items
    inner join limits on items.business_days > limits.posted_limit
    left join {{ ref('fct_transaction_trace') }} as trace on items.entry_id = trace.entry_id
    where items.cycle_name = 'approved_to_posted'
    union all
    select
        'approved_to_invoice_ready' as sla,
        items.entry_id as subject_id,
        items.entry_id,
        items.legal_entity_id,
        items.accounting_period_id,
        cast(null as varchar) as reason_code,
        'billing' as owner_role,
        items.business_days as elapsed_business_days,
        limits.ready_limit as allowed_business_days,
        true as is_open,
        trace.bill_amount_reporting as amount_at_risk_reporting
    from {{ ref('kpi_cycle_time_items') }} as items
    inner join limits on items.business_days > limits.ready_limit
    left join ready_entries on items.entry_id = ready_entries.entry_id
    left join {{ ref('fct_transaction_trace') }} as trace on items.entry_id = trace.entry_id
    where
        items.cycle_name = 'approved_to_invoiced'
        and items.is_censored
        and ready_entries.entry_id is null

)

select
    breaches.sla || ':' || breaches.subject_id as sla_breach_id,
    breaches.sla,
    breaches.subject_id,
    breaches.entry_id,
    coalesce(breaches.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    breaches.accounting_period_id,
    breaches.reason_code,
    breaches.owner_role,
    breaches.elapsed_business_days,
    breaches.allowed_business_days,
    breaches.elapsed_business_days - breaches.allowed_business_days as excess_business_days,
    breaches.is_open,
    case
        when breaches.is_open then breaches.amount_at_risk_reporting
        else cast(0 as decimal(18, 4))
    end as amount_at_risk_reporting,
    {{ as_of() }} as as_of_at
from breaches
