with

source as (

    {{ csv_versions('vendor_bills', [
        'vendor_bill_line_id', 'worker_id', 'project_id', 'start_date', 'end_date', 'hours',
        'amount', 'currency_code', 'confirmed_on'
    ]) }}

)

select
    source_system,
    vendor_bill_line_id as source_vendor_bill_line_id,
    source_version,
    known_at,
    is_deleted,
    worker_id as source_worker_id,
    project_id as source_project_id,
    start_date,
    end_date,
    hours,
    amount,
    currency_code,
    confirmed_on
from source
