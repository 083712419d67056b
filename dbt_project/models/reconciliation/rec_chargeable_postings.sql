with

allocations as (

    select
        posting_line_id,
        sum(case when is_issued then hours else 0 end) as billed_hours,
        sum(case when is_issued then billed_amount_contract else 0 end) as billed_amount,
        max(case when is_issued then 0 else 1 end) = 1 as has_draft_invoice
    from {{ ref('fct_billing_allocations') }}
    where posting_line_id is not null
    group by posting_line_id

),

-- what is invoiced uses up the cap even where its line was reversed since
lines as (

    select
        postings.*,
        entries.entry_type,
        entries.correlation_id,
        entries.reporting_currency_code,
        entries.fx_rate_contract_to_functional,
        entries.fx_rate_functional_to_reporting,
        coalesce(allocations.billed_hours, 0) as billed_hours,
        coalesce(allocations.billed_amount, 0) as billed_amount_contract,
        postings.bill_amount_contract - coalesce(allocations.billed_amount, 0)
            as remaining_amount_contract,
        coalesce(allocations.has_draft_invoice, false) as has_draft_invoice,
        coalesce(projects.billing_model, entries.billing_model, 'time_and_materials')
            as billing_model,
        projects.cap_amount_contract,
        sum(coalesce(allocations.billed_amount, 0)) over (
            partition by postings.project_id, postings.contract_currency_code
        ) as project_billed_amount
    from {{ ref('fct_erp_postings') }} as postings
    left join allocations on postings.posting_line_id = allocations.posting_line_id
    left join {{ ref('fct_entries') }} as entries on postings.entry_id = entries.entry_id
    left join {{ ref('dim_projects') }} as projects on postings.project_id = projects.project_id

),

-- labour of a fixed price and internal work are never billed by the hour
chargeable as (

    select *
    from lines
    where
        line_class = 'matched'
        and not is_reversal
        and not is_reversed
        and is_billable
        and bill_amount_contract != 0
        and billing_model != 'internal'
        and (billing_model != 'fixed_fee' or entry_type = 'expense')

),

-- open lines are admitted under the cap in the order of the work
admitted as (

    select
        *,
        cap_amount_contract
        - case when billing_model = 'capped' then project_billed_amount else 0 end
        - sum(greatest(remaining_amount_contract, 0)) over (
            partition by project_id, contract_currency_code
            order by work_date asc nulls last, entry_id asc, posting_line_id asc
            rows between unbounded preceding and current row
        ) as cap_room_after
    from chargeable

)

select
    admitted.posting_line_id,
    admitted.external_id,
    admitted.entry_id,
    admitted.entry_type,
    admitted.source_system,
    admitted.source_record_id,
    admitted.source_version,
    admitted.correlation_id,
    admitted.erp_system,
    admitted.erp_line_id,
    admitted.legal_entity_id,
    admitted.worker_id,
    admitted.client_id,
    admitted.project_id,
    admitted.billing_model,
    admitted.work_date,
    admitted.work_period_id,
    admitted.accounting_date,
    admitted.accounting_period_id,
    admitted.accounting_period_id > admitted.work_period_id as is_late_entry,
    admitted.posted_at,
    admitted.known_at,
    admitted.hours,
    cast(admitted.billed_hours as decimal(18, 4)) as billed_hours,
    admitted.cost_amount_functional,
    admitted.functional_currency_code,
    admitted.bill_amount_contract,
    cast(admitted.billed_amount_contract as decimal(18, 4)) as billed_amount_contract,
    cast(admitted.remaining_amount_contract as decimal(18, 4)) as remaining_amount_contract,
    admitted.contract_currency_code,
    {{ to_reporting('admitted.remaining_amount_contract', 'admitted') }}
        as remaining_amount_reporting,
    admitted.reporting_currency_code,
    admitted.cap_amount_contract,
    admitted.cap_room_after,
    admitted.has_draft_invoice,
    {{ as_of() }} as as_of_at
from admitted
