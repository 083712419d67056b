-- Time and expenses in one shape. cost_basis_amount is what an expense costs before conversion;
-- the cost of time comes from hours and cost_rate.
with

time_entries as (

    select * from {{ ref('fct_time_entries') }}

),

expense_items as (

    select * from {{ ref('fct_expense_items') }}

)

select
    entry_id,
    'time' as entry_type,
    source_system,
    source_record_id,
    source_version,
    known_at,
    source_updated_at,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    source_worker_id,
    source_project_id,
    task_name,
    cast(null as varchar) as expense_type,
    work_date,
    approval_status,
    approved_at,
    is_deleted,
    is_effective,
    is_billable,
    cast(null as boolean) as is_company_paid,
    hours,
    cost_rate,
    cost_currency_code,
    cast(null as decimal(18, 4)) as cost_basis_amount,
    bill_rate,
    bill_currency_code,
    source_invoice_id,
    notes
from time_entries
union all
select
    entry_id,
    'expense' as entry_type,
    source_system,
    source_record_id,
    source_version,
    known_at,
    source_updated_at,
    legal_entity_id,
    worker_id,
    client_id,
    project_id,
    source_worker_id,
    source_project_id,
    cast(null as varchar) as task_name,
    expense_type,
    work_date,
    approval_status,
    approved_at,
    is_deleted,
    is_effective,
    is_billable,
    is_company_paid,
    cast(0 as decimal(18, 4)) as hours,
    cast(null as decimal(18, 6)) as cost_rate,
    reimbursement_currency_code as cost_currency_code,
    approved_amount as cost_basis_amount,
    cast(null as decimal(18, 6)) as bill_rate,
    cast(null as varchar) as bill_currency_code,
    cast(null as varchar) as source_invoice_id,
    notes
from expense_items
