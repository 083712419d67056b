select
    bills.source_system || ':' || bills.source_vendor_bill_line_id as vendor_bill_line_id,
    bills.source_system,
    bills.source_vendor_bill_line_id,
    coalesce(workers.worker_id, {{ unknown_member() }}) as worker_id,
    coalesce(projects.project_id, {{ unknown_member() }}) as project_id,
    bills.start_date,
    bills.end_date,
    bills.hours as billed_hours,
    bills.amount as billed_amount,
    bills.currency_code,
    bills.confirmed_on as confirmed_date,
    coalesce(bills.confirmed_on <= cast({{ as_of() }} as date), false) as is_confirmed,
    bills.known_at
from {{ ref('int_vendor_bills_known') }} as bills
left join {{ ref('dim_worker_identities') }} as workers
    on
        bills.source_system = workers.source_system
        and bills.source_worker_id = workers.source_worker_id
left join {{ ref('dim_project_identities') }} as projects
    on
        bills.source_system = projects.source_system
        and bills.source_project_id = projects.source_project_id
where bills.version_rank = 1 and not bills.is_deleted
