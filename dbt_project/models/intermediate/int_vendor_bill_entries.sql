-- Approved time of a contractor that a line of a vendor's bill covers.
select
    bills.vendor_bill_line_id,
    entries.entry_id,
    entries.hours,
    count(*) over (partition by entries.entry_id) as line_count
from {{ ref('fct_time_entry_versions') }} as entries
inner join {{ ref('int_vendor_bills_resolved') }} as bills
    on
        entries.worker_id = bills.worker_id
        and entries.project_id = bills.project_id
        and entries.work_date between bills.start_date and bills.end_date
where
    entries.is_newest
    and entries.is_effective
    and entries.worker_id != {{ unknown_member() }}
    and entries.project_id != {{ unknown_member() }}
