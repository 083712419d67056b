-- One line per line of ours that is taken back: exactly as it was sent, hours and amounts with the
-- other sign, to the ERP that holds it; no rate is looked up again.
{% set as_sent = [
    'source_system', 'source_record_id', 'correlation_id', 'legal_entity_id', 'work_date',
    'worker_id', 'erp_worker_id', 'client_id', 'project_id', 'erp_project_id', 'task_name',
    'is_billable', 'cost_rate', 'bill_rate', 'functional_currency_code', 'contract_currency_code',
    'fx_rate_contract_to_functional', 'debit_account_code', 'credit_account_code',
    'wip_account_code', 'accrued_revenue_account_code', 'approved_at', 'approval_status'
] %}
with

own_lines as (

    select
        own_lines.entry_id,
        own_lines.posting_key,
        own_lines.target,
        own_lines.source_version,
        own_lines.work_period_id,
        corrections.correction_group_id,
        corrections.correction_kind,
        corrections.reversal_period_id,
        corrections.period_id,
        greatest(own_lines.accounting_date, corrections.pair_start_date) as accounting_date
    from {{ ref('int_own_lines_compared') }} as own_lines
    inner join {{ ref('pst_corrections') }} as corrections
        on own_lines.entry_id = corrections.entry_id
    where own_lines.is_to_reverse

)

select
    'R:' || own_lines.posting_key as posting_key,
    own_lines.target,
    images.leg,
    own_lines.period_id,
    own_lines.entry_id,
    images.entry_type,
    own_lines.source_version,
    own_lines.accounting_date,
    coalesce(booked_periods.close_month_id, {{ month_id('own_lines.accounting_date') }})
        as accounting_period_id,
    (own_lines.reversal_period_id is distinct from own_lines.work_period_id) as is_late,
    {% for column in as_sent %}
        images.{{ column }},
    {% endfor %}
    {% for column in [
        'hours', 'cost_amount_functional', 'bill_amount_contract', 'bill_amount_functional'
    ] %}
        -images.{{ column }} as {{ column }},
    {% endfor %}
    'Reversal: ' || images.memo as memo,
    own_lines.posting_key as reverses_posting_key,
    own_lines.correction_group_id,
    own_lines.correction_kind
from own_lines
inner join {{ ref('stg_tieout__planned_lines') }} as images
    on own_lines.posting_key = images.posting_key
left join {{ ref('dim_accounting_periods') }} as booked_periods
    on
        images.legal_entity_id = booked_periods.legal_entity_id
        and own_lines.reversal_period_id = booked_periods.accounting_period_id
