-- Entries and groups to be posted now: those without any line in an ERP and nothing in their way,
-- and those that are posted again because what stood for them is taken back.
{% set kept = [
    'entry_id', 'entry_type', 'source_system', 'source_record_id', 'source_version',
    'correlation_id', 'legal_entity_id', 'worker_id', 'client_id', 'project_id', 'task_name',
    'expense_type', 'work_date', 'accounting_period_id', 'approval_status', 'approved_at', 'hours',
    'cost_rate', 'cost_amount_functional', 'functional_currency_code', 'contract_currency_code',
    'fx_rate_contract_to_functional', 'target', 'is_billable', 'bill_rate',
    'bill_amount_contract', 'bill_amount_functional'
] %}
with

entries as (

    select * from {{ ref('int_posting_units') }}
    where is_effective and target is not null

),

work_periods as (

    select * from {{ ref('dim_accounting_periods') }}

)

select
    {% for column in kept %}
        entries.{{ column }},
    {% endfor %}
    1 as posting_round,
    entries.posting_accounting_date as accounting_date,
    entries.posting_accounting_period_id as booked_period_id,
    coalesce(work_periods.close_month_id, {{ month_id('entries.work_date') }}) as period_id,
    cast(null as varchar) as correction_group_id,
    cast(null as varchar) as correction_kind
from entries
left join {{ ref('int_entries_in_erps') }} as posted_entries
    on entries.entry_id = posted_entries.entry_id
left join work_periods
    on
        entries.legal_entity_id = work_periods.legal_entity_id
        and entries.accounting_period_id = work_periods.accounting_period_id
where
    entries.reason_code is null
    and posted_entries.entry_id is null
    and not {{ is_policy_excluded('entries') }}
union all
select
    {% for column in kept %}
        entries.{{ column }},
    {% endfor %}
    corrections.repost_round as posting_round,
    greatest(entries.work_date, corrections.pair_start_date) as accounting_date,
    corrections.repost_period_id as booked_period_id,
    corrections.period_id,
    corrections.correction_group_id,
    corrections.correction_kind
from entries
inner join {{ ref('pst_corrections') }} as corrections on entries.entry_id = corrections.entry_id
where corrections.has_repost
