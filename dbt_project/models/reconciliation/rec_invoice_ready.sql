-- Items that may still be billed: posted lines not billed, and approved entries that are not posted
-- yet, which fail for that reason before any other is asked.
select
    unbilled.posting_line_id as billing_item_id,
    'posted_line' as item_type,
    unbilled.posting_line_id,
    unbilled.entry_id,
    unbilled.entry_type,
    unbilled.correlation_id,
    unbilled.legal_entity_id,
    unbilled.client_id,
    unbilled.project_id,
    unbilled.contract_id,
    unbilled.worker_id,
    unbilled.work_date,
    unbilled.work_period_id as accounting_period_id,
    unbilled.billing_status = 'ready' as is_ready,
    unbilled.failed_predicates,
    unbilled.billing_status,
    unbilled.billing_class,
    unbilled.deferral_reason,
    cast(
        case
            when unbilled.billing_status = 'ready'
                then greatest(unbilled.hours - unbilled.billed_hours, 0) - unbilled.covered_hours
            else 0
        end as decimal(18, 4)
    ) as ready_hours,
    unbilled.ready_amount_contract,
    unbilled.remaining_amount_contract,
    unbilled.contract_currency_code,
    unbilled.remaining_amount_reporting,
    unbilled.reason_code,
    unbilled.owner_role,
    unbilled.aging_days,
    unbilled.aging_bucket,
    unbilled.amount_at_risk_reporting,
    unbilled.exception_id,
    unbilled.known_at,
    unbilled.as_of_at
from {{ ref('rec_posted_not_billed') }} as unbilled
union all
select
    owed.entry_id as billing_item_id,
    'entry' as item_type,
    cast(null as varchar) as posting_line_id,
    owed.entry_id,
    owed.entry_type,
    owed.correlation_id,
    owed.legal_entity_id,
    owed.client_id,
    owed.project_id,
    entries.contract_id,
    owed.worker_id,
    owed.work_date,
    owed.accounting_period_id,
    false as is_ready,
    'posted' as failed_predicates,
    'not_posted' as billing_status,
    'billable' as billing_class,
    cast(null as varchar) as deferral_reason,
    cast(0 as decimal(18, 4)) as ready_hours,
    cast(0 as decimal(18, 4)) as ready_amount_contract,
    owed.bill_amount_contract as remaining_amount_contract,
    owed.contract_currency_code,
    entries.bill_amount_reporting as remaining_amount_reporting,
    owed.reason_code,
    owed.owner_role,
    owed.aging_days,
    owed.aging_bucket,
    owed.amount_at_risk_reporting,
    owed.exception_id,
    owed.known_at,
    owed.as_of_at
from {{ ref('rec_approved_not_posted') }} as owed
inner join {{ ref('fct_entries') }} as entries on owed.entry_id = entries.entry_id
where entries.is_billable and owed.bill_amount_contract != 0
