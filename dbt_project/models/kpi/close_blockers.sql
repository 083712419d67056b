-- an exception without a period (a batch, a master record) is in the way of the period under close
select
    exceptions.exception_id as close_blocker_id,
    coalesce(exceptions.legal_entity_id, {{ unknown_member() }}) as legal_entity_id,
    coalesce(exceptions.accounting_period_id, {{ period_id() }}) as accounting_period_id,
    coalesce(checks.check_name, 'other_exceptions') as check_name,
    coalesce(checks.is_blocking, true) as is_blocking,
    exceptions.exception_id,
    exceptions.mart,
    exceptions.stage,
    exceptions.reason_code,
    exceptions.reason_label,
    exceptions.subject_id,
    exceptions.entry_id,
    exceptions.posting_line_id,
    exceptions.work_date,
    exceptions.owner_role,
    exceptions.fix,
    exceptions.amount_at_risk_reporting,
    exceptions.opened_at,
    exceptions.due_at,
    exceptions.is_overdue,
    exceptions.aging_business_days,
    exceptions.aging_bucket,
    {{ as_of() }} as as_of_at
from {{ ref('fct_exceptions') }} as exceptions
left join {{ ref('dim_close_checks') }} as checks on exceptions.mart = checks.mart
where exceptions.status = 'open'
