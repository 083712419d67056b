with

source as (

    select * from {{ source('ops', 'planned_lines') }}

),

renamed as (

    select
        cast(posting_key as varchar) as posting_key,
        cast(entry_id as varchar) as entry_id,
        cast(target as varchar) as target,  -- noqa: RF04
        cast(state as varchar) as state,
        cast(planned_at as timestamp) as planned_at,
        cast(leg as varchar) as leg,
        cast(period_id as varchar) as period_id,
        cast(entry_type as varchar) as entry_type,
        cast(source_system as varchar) as source_system,
        cast(source_record_id as varchar) as source_record_id,
        cast(source_version as bigint) as source_version,
        cast(correlation_id as varchar) as correlation_id,
        cast(legal_entity_id as varchar) as legal_entity_id,
        cast(accounting_date as date) as accounting_date,
        cast(work_date as date) as work_date,
        cast(worker_id as varchar) as worker_id,
        cast(erp_worker_id as varchar) as erp_worker_id,
        cast(client_id as varchar) as client_id,
        cast(project_id as varchar) as project_id,
        cast(erp_project_id as varchar) as erp_project_id,
        cast(task_name as varchar) as task_name,
        cast(hours as decimal(18, 4)) as hours,
        cast(is_billable as boolean) as is_billable,
        cast(cost_rate as decimal(18, 6)) as cost_rate,
        cast(cost_amount_functional as decimal(18, 4)) as cost_amount_functional,
        cast(functional_currency_code as varchar) as functional_currency_code,
        cast(bill_rate as decimal(18, 6)) as bill_rate,
        cast(bill_amount_contract as decimal(18, 4)) as bill_amount_contract,
        cast(contract_currency_code as varchar) as contract_currency_code,
        cast(bill_amount_functional as decimal(18, 4)) as bill_amount_functional,
        cast(fx_rate_contract_to_functional as decimal(18, 10)) as fx_rate_contract_to_functional,
        cast(debit_account_code as varchar) as debit_account_code,
        cast(credit_account_code as varchar) as credit_account_code,
        cast(wip_account_code as varchar) as wip_account_code,
        cast(accrued_revenue_account_code as varchar) as accrued_revenue_account_code,
        cast(approved_at as timestamp) as approved_at,
        cast(approval_status as varchar) as approval_status,
        cast(memo as varchar) as memo
    from source

)

select * from renamed
