with

posted_entries as (

    select * from {{ ref('int_entries_in_erps') }}

),

-- an entry with nothing in its way and nothing in the ERP
eligible as (

    select entries.*
    from {{ ref('fct_entries') }} as entries
    left join posted_entries on entries.entry_id = posted_entries.entry_id
    where
        entries.is_effective
        and entries.reason_code is null
        and entries.target is not null
        and posted_entries.entry_id is null
        and not {{ is_policy_excluded('entries') }}

),

-- a worker or project with two active ids in one ERP must not double its lines
erp_workers as (

    select
        source_system as target, -- noqa: RF04
        worker_id,
        min(source_worker_id) as erp_worker_id
    from {{ ref('dim_worker_identities') }}
    where worker_id is not null and is_active
    group by source_system, worker_id

),

erp_projects as (

    select
        source_system as target, -- noqa: RF04
        project_id,
        min(source_project_id) as erp_project_id
    from {{ ref('dim_project_identities') }}
    where project_id is not null and is_active
    group by source_system, project_id

)

select
    {{ build_posting_key(
        '(select max(firms.firm_id) from ' ~ ref('stg_tieout__firms') ~ ' as firms)',
        'eligible.target', 'eligible.source_system', 'eligible.source_record_id',
        'eligible.source_version', "'cost'"
    ) }} as posting_key,
    eligible.target,
    'cost' as leg,
    coalesce(work_periods.close_month_id, {{ month_id('eligible.work_date') }}) as period_id,
    eligible.entry_id,
    eligible.entry_type,
    eligible.source_system,
    eligible.source_record_id,
    eligible.source_version,
    eligible.correlation_id,
    eligible.legal_entity_id,
    eligible.posting_accounting_date as accounting_date,
    coalesce(booked_periods.close_month_id, {{ month_id('eligible.posting_accounting_date') }})
        as accounting_period_id,
    eligible.posting_accounting_period_id != eligible.accounting_period_id as is_late,
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
    || eligible.correlation_id || ']' as memo
from eligible
left join {{ ref('pst_accounts') }} as account_sets
    on
        eligible.legal_entity_id = account_sets.legal_entity_id
        and eligible.target = account_sets.target
left join erp_workers
    on eligible.worker_id = erp_workers.worker_id and eligible.target = erp_workers.target
left join erp_projects
    on eligible.project_id = erp_projects.project_id and eligible.target = erp_projects.target
left join {{ ref('dim_accounting_periods') }} as work_periods
    on
        eligible.legal_entity_id = work_periods.legal_entity_id
        and eligible.accounting_period_id = work_periods.accounting_period_id
left join {{ ref('dim_accounting_periods') }} as booked_periods
    on
        eligible.legal_entity_id = booked_periods.legal_entity_id
        and eligible.posting_accounting_period_id = booked_periods.accounting_period_id
