{% set entry_columns = [
    'entry_id', 'correlation_id', 'entry_type', 'source_system', 'source_record_id',
    'source_version', 'legal_entity_id', 'worker_id', 'client_id', 'project_id', 'work_date',
    'accounting_period_id', 'approval_status', 'is_effective', 'hours', 'cost_amount_functional',
    'functional_currency_code', 'bill_amount_contract', 'contract_currency_code',
    'bill_amount_reporting', 'approved_at', 'source_updated_at', 'known_at'
] %}
with

submissions as (

    select
        entry_id,
        max(event_at) as submitted_at
    from {{ ref('fct_approval_events') }}
    where event = 'submitted' and entry_id is not null
    group by entry_id

),

-- a line of several entries is an attempt for each of them
planned as (

    {{ lines_by_entry() }}

),

attempts as (

    select
        *,
        row_number() over (
            partition by held_entry_id order by planned_at desc nulls last, posting_key desc
        ) as attempt_rank
    from planned
    where posting_key not like 'R:%'

),

postings as (

    select
        entry_id,
        count(*) as line_count,
        sum(hours) as posted_hours,
        sum(cost_amount_functional) as posted_cost
    from {{ ref('fct_posting_shares') }}
    group by entry_id

),

-- the line that stands: the newest that no reversal took back
erp_lines as (

    select
        entry_id,
        erp_system,
        erp_line_id,
        external_id,
        posting_key,
        accounting_date,
        posted_at,
        row_number() over (
            partition by entry_id
            order by
                case when is_reversal or is_reversed then 2 else 1 end asc,
                posted_at desc nulls last,
                posting_line_id desc
        ) as line_rank
    from {{ ref('fct_posting_shares') }}

),

invoices as (

    select
        entry_id,
        max(invoice_id) as invoice_id,
        max(invoice_number) as invoice_number,
        count(distinct invoice_id) as invoice_count,
        min(invoice_date) as invoiced_date,
        cast(sum(billed_amount_contract) as decimal(18, 4)) as billed_amount_contract
    from {{ ref('fct_billing_allocations') }}
    where is_issued and entry_id is not null
    group by entry_id

)

select
    entries.{{ entry_columns | join(', entries.') }},
    submissions.submitted_at,
    coalesce(attempts.target, entries.target) as target, -- noqa: RF04
    coalesce(attempts.posting_key, erp_lines.posting_key) as posting_key,
    attempts.batch_id,
    attempts.state as ledger_state,
    attempts.planned_at,
    attempts.sent_at,
    attempts.acked_at,
    attempts.proven_at,
    attempts.is_proven,
    erp_lines.erp_system,
    erp_lines.erp_line_id,
    erp_lines.external_id,
    erp_lines.accounting_date,
    erp_lines.posted_at,
    cast(coalesce(postings.posted_hours, 0) as decimal(18, 4)) as posted_hours,
    cast(coalesce(postings.posted_cost, 0) as decimal(18, 4)) as posted_cost_amount_functional,
    coalesce(postings.line_count, 0) as erp_line_count,
    invoices.invoice_id,
    invoices.invoice_number,
    coalesce(invoices.invoice_count, 0) as invoice_count,
    invoices.invoiced_date,
    coalesce(invoices.billed_amount_contract, 0) as billed_amount_contract,
    {{ as_of() }} as as_of_at
from {{ ref('fct_entries') }} as entries
left join submissions on entries.entry_id = submissions.entry_id
left join attempts on entries.entry_id = attempts.held_entry_id and attempts.attempt_rank = 1
left join postings on entries.entry_id = postings.entry_id
left join erp_lines on entries.entry_id = erp_lines.entry_id and erp_lines.line_rank = 1
left join invoices on entries.entry_id = invoices.entry_id
