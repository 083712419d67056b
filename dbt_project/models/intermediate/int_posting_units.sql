-- What may stand in an ERP as one line of its own: every entry that no group takes, and every
-- group.
{% set columns = [
    'entry_id', 'entry_type', 'source_system', 'source_record_id', 'source_version',
    'correlation_id', 'legal_entity_id', 'worker_id', 'client_id', 'project_id', 'task_name',
    'expense_type', 'work_date', 'accounting_period_id', 'approval_status', 'approved_at', 'hours',
    'cost_rate', 'cost_amount_functional', 'functional_currency_code', 'contract_currency_code',
    'fx_rate_contract_to_functional', 'target', 'is_billable', 'bill_rate',
    'bill_amount_contract', 'bill_amount_functional', 'posting_accounting_date',
    'posting_accounting_period_id'
] %}
select
    entries.{{ columns | join(', entries.') }},
    entries.is_effective,
    entries.reason_code,
    entries.task_id,
    entries.cost_center_code,
    entries.labour_category,
    1 as entry_count
from {{ ref('fct_entries') }} as entries
left join {{ ref('int_group_members') }} as members on entries.entry_id = members.entry_id
where members.entry_id is null
union all
select
    {{ columns | join(', ') }},
    true as is_effective,
    cast(null as varchar) as reason_code,
    cast(null as varchar) as task_id,
    cast(null as varchar) as cost_center_code,
    cast(null as varchar) as labour_category,
    entry_count
from {{ ref('int_group_units') }}
