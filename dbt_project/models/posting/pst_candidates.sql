-- One line per entry to be posted now, as a new posting or as the second half of a correction.
select
    {{ build_posting_key(
        '(select max(firms.firm_id) from ' ~ ref('stg_tieout__firms') ~ ' as firms)',
        'eligible.target', 'eligible.source_system', 'eligible.source_record_id',
        'eligible.source_version', posting_leg('cost', 'eligible.posting_round')
    ) }} as posting_key,
    eligible.target,
    'cost' as leg,
    eligible.period_id,
    eligible.entry_id,
    eligible.entry_type,
    eligible.source_system,
    eligible.source_record_id,
    eligible.source_version,
    eligible.correlation_id,
    eligible.legal_entity_id,
    eligible.accounting_date,
    coalesce(booked_periods.close_month_id, {{ month_id('eligible.accounting_date') }})
        as accounting_period_id,
    eligible.booked_period_id != eligible.accounting_period_id as is_late,
    eligible.work_date,
    eligible.worker_id,
    erp_workers.erp_worker_id,
    eligible.client_id,
    eligible.project_id,
    erp_projects.erp_project_id,
    eligible.task_name,
    eligible.hours,
    eligible.is_billable,
    eligible.cost_rate,
    eligible.cost_amount_functional,
    eligible.functional_currency_code,
    eligible.bill_rate,
    eligible.bill_amount_contract,
    eligible.contract_currency_code,
    eligible.bill_amount_functional,
    eligible.fx_rate_contract_to_functional,
    case eligible.entry_type
        when 'expense' then account_sets.expense_cost_account_code
        else account_sets.labour_cost_account_code
    end as debit_account_code,
    case eligible.entry_type
        when 'expense' then account_sets.expense_payable_account_code
        else account_sets.labour_clearing_account_code
    end as credit_account_code,
    account_sets.wip_account_code,
    account_sets.accrued_revenue_account_code,
    eligible.approved_at,
    eligible.approval_status,
    coalesce(eligible.task_name, eligible.expense_type, eligible.entry_type) || ' '
    || cast(eligible.work_date as varchar) || ' [' || eligible.entry_id || ' '
    || eligible.correlation_id || ']' as memo,
    cast(null as varchar) as reverses_posting_key,
    eligible.correction_group_id,
    eligible.correction_kind
from {{ ref('int_postable_entries') }} as eligible
left join {{ ref('pst_accounts') }} as account_sets
    on
        eligible.legal_entity_id = account_sets.legal_entity_id
        and eligible.target = account_sets.target
left join {{ ref('int_erp_worker_ids') }} as erp_workers
    on eligible.worker_id = erp_workers.worker_id and eligible.target = erp_workers.target
left join {{ ref('int_erp_project_ids') }} as erp_projects
    on eligible.project_id = erp_projects.project_id and eligible.target = erp_projects.target
left join {{ ref('dim_accounting_periods') }} as booked_periods
    on
        eligible.legal_entity_id = booked_periods.legal_entity_id
        and eligible.booked_period_id = booked_periods.accounting_period_id
