{% set line_columns = [
    'posting_line_id', 'external_id', 'entry_id', 'entry_type', 'source_system',
    'source_record_id', 'source_version', 'correlation_id', 'erp_system', 'erp_line_id',
    'legal_entity_id', 'worker_id', 'client_id', 'project_id', 'contract_id',
    'contract_line_id', 'line_type', 'billing_model', 'work_date', 'work_period_id',
    'accounting_date', 'accounting_period_id', 'is_late_entry', 'posted_at', 'known_at',
    'hours', 'cost_amount_functional', 'functional_currency_code', 'bill_amount_contract',
    'contract_currency_code', 'reporting_currency_code', 'fx_rate_contract_to_functional',
    'fx_rate_functional_to_reporting', 'discount_percent', 'included_hours',
    'needs_vendor_bill', 'needs_billing_approval', 'is_rate_unresolved'
] %}
{% set parts = ['billed', 'discount', 'over_credited', 'carried', 'written_off', 'written_up'] %}

with

-- a line of several entries is described by the first of them
first_shares as (

    select
        posting_line_id,
        min(entry_id) as entry_id
    from {{ ref('fct_posting_shares') }}
    group by posting_line_id

),

postings as (

    select
        erp_lines.*,
        entries.entry_type,
        entries.correlation_id,
        entries.reporting_currency_code,
        entries.fx_rate_contract_to_functional,
        entries.fx_rate_functional_to_reporting,
        coalesce(
            projects.billing_model,
            -- of an entry that moved since, the model is that of its new project
            case when erp_lines.project_id = entries.project_id then entries.billing_model end,
            'time_and_materials'
        ) as billing_model,
        case when erp_lines.project_id = entries.project_id then entries.contract_id end
            as contract_id,
        case when erp_lines.project_id = entries.project_id then entries.contract_line_id end
            as contract_line_id,
        coalesce(entries.reason_code in ('RATE_MISSING', 'RATE_AMBIGUOUS'), false)
            as is_rate_unresolved
    from {{ ref('fct_erp_postings') }} as erp_lines
    left join first_shares on erp_lines.posting_line_id = first_shares.posting_line_id
    left join {{ ref('fct_entries') }} as entries
        on coalesce(erp_lines.entry_id, first_shares.entry_id) = entries.entry_id
    left join {{ ref('dim_projects') }} as projects on erp_lines.project_id = projects.project_id
    where
        erp_lines.line_class = 'matched'
        and not erp_lines.is_reversal
        and not erp_lines.is_reversed
        and erp_lines.is_billable
        and erp_lines.bill_amount_contract != 0

),

described as (

    select
        postings.*,
        contract_lines.line_type,
        contract_lines.included_hours,
        coalesce(contract_lines.needs_vendor_bill, false) as needs_vendor_bill,
        coalesce(contract_lines.discount_percent, contracts.discount_percent, 0)
            as discount_percent,
        coalesce(contracts.needs_billing_approval, false) as needs_billing_approval
    from postings
    left join {{ ref('dim_contract_lines') }} as contract_lines
        on postings.contract_line_id = contract_lines.contract_line_id
    left join {{ ref('dim_contracts') }} as contracts
        on postings.contract_id = contracts.contract_id
    -- labour of a fixed price and internal work are never billed by the hour
    where
        postings.billing_model != 'internal'
        and (
            postings.entry_type = 'expense'
            or not coalesce(
                contract_lines.line_type in ('milestone', 'fixed_fee'),
                postings.billing_model = 'fixed_fee'
            )
        )

)

select
    {% for column in line_columns %}
        described.{{ column }},
    {% endfor %}
    coalesce(items.billed_hours, 0) as billed_hours,
    {% for part in parts %}
        coalesce(items.{{ part }}_amount_contract, 0) as {{ part }}_amount_contract,
    {% endfor %}
    cast(
        described.bill_amount_contract
        - coalesce(items.billed_amount_contract, 0)
        - coalesce(items.discount_amount_contract, 0)
        - coalesce(items.written_off_amount_contract, 0)
        + coalesce(items.written_up_amount_contract, 0) as decimal(18, 4)
    ) as remaining_amount_contract,
    {% for flag in ['has_draft_invoice', 'has_failed_invoice', 'is_on_hold'] %}
        coalesce(items.{{ flag }}, false) as {{ flag }},
    {% endfor %}
    items.released_on,
    items.approved_on,
    {{ as_of() }} as as_of_at
from described
left join {{ ref('rec_billed_items') }} as items
    on described.posting_line_id = items.posting_line_id
