{# what the line brings along #}
{% set line_columns = [
    'posting_line_id', 'external_id', 'entry_id', 'entry_type', 'source_system',
    'source_record_id', 'source_version', 'correlation_id', 'erp_system', 'erp_line_id',
    'legal_entity_id', 'worker_id', 'client_id', 'project_id', 'billing_model', 'work_date',
    'work_period_id', 'accounting_date', 'accounting_period_id'
] %}

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
project_billings as (

    select
        postings.project_id,
        postings.contract_currency_code,
        sum(allocations.billed_amount) as billed_amount
    from {{ ref('fct_erp_postings') }} as postings
    inner join allocations on postings.posting_line_id = allocations.posting_line_id
    group by postings.project_id, postings.contract_currency_code

),

-- labour of a fixed price and internal work are never billed by the hour
chargeable as (

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
        coalesce(project_billings.billed_amount, 0) as project_billed_amount
    from {{ ref('fct_erp_postings') }} as postings
    left join allocations on postings.posting_line_id = allocations.posting_line_id
    left join {{ ref('fct_entries') }} as entries on postings.entry_id = entries.entry_id
    left join {{ ref('dim_projects') }} as projects on postings.project_id = projects.project_id
    left join project_billings
        on
            postings.project_id = project_billings.project_id
            and postings.contract_currency_code = project_billings.contract_currency_code
    where
        postings.line_class = 'matched'
        and not postings.is_reversal
        and not postings.is_reversed
        and postings.is_billable
        and postings.bill_amount_contract != 0
        and coalesce(projects.billing_model, entries.billing_model, '') != 'internal'
        and (
            coalesce(projects.billing_model, entries.billing_model, '') != 'fixed_fee'
            or entries.entry_type = 'expense'
        )

),

-- open lines are admitted under the cap in the order of the work
cap_rooms as (

    select
        posting_line_id,
        cap_amount_contract
        - case when billing_model = 'capped' then project_billed_amount else 0 end
        - sum(greatest(remaining_amount_contract, 0)) over (
            partition by project_id, contract_currency_code
            order by work_date asc nulls last, entry_id asc, posting_line_id asc
            rows between unbounded preceding and current row
        ) as cap_room_after
    from chargeable
    where cap_amount_contract is not null

)

select
    {% for column in line_columns %}
        chargeable.{{ column }},
    {% endfor %}
    coalesce(chargeable.is_late_entry, false) as is_late_entry,
    chargeable.posted_at,
    chargeable.known_at,
    chargeable.hours,
    cast(chargeable.billed_hours as decimal(18, 4)) as billed_hours,
    chargeable.cost_amount_functional,
    chargeable.functional_currency_code,
    chargeable.bill_amount_contract,
    cast(chargeable.billed_amount_contract as decimal(18, 4)) as billed_amount_contract,
    cast(chargeable.remaining_amount_contract as decimal(18, 4)) as remaining_amount_contract,
    chargeable.contract_currency_code,
    {{ to_reporting('chargeable.remaining_amount_contract', 'chargeable') }}
        as remaining_amount_reporting,
    chargeable.reporting_currency_code,
    chargeable.cap_amount_contract,
    cap_rooms.cap_room_after,
    chargeable.has_draft_invoice,
    {{ as_of() }} as as_of_at
from chargeable
left join cap_rooms on chargeable.posting_line_id = cap_rooms.posting_line_id
