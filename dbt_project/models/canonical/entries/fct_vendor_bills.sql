-- A bill prices time only when a person confirmed it and its hours are those of the approved time.
-- Time under two lines belongs to neither.
with

covered as (

    select
        vendor_bill_line_id,
        count(*) as entry_count,
        sum(hours) as time_hours,
        min(hours) as least_hours,
        max(line_count) as line_count
    from {{ ref('int_vendor_bill_entries') }}
    group by vendor_bill_line_id

)

select
    bills.vendor_bill_line_id,
    bills.source_system,
    bills.source_vendor_bill_line_id,
    bills.worker_id,
    bills.project_id,
    bills.start_date,
    bills.end_date,
    bills.billed_hours,
    bills.billed_amount,
    bills.currency_code,
    bills.confirmed_date,
    bills.is_confirmed,
    coalesce(covered.entry_count, 0) as entry_count,
    cast(coalesce(covered.time_hours, 0) as decimal(18, 4)) as time_hours,
    case
        when covered.line_count > 1 then 'overlapping'
        when not bills.is_confirmed then 'unconfirmed'
        when
            covered.time_hours is null
            or covered.time_hours != bills.billed_hours
            or covered.least_hours < 0
            or covered.time_hours = 0
            then 'differs'
        else 'confirmed'
    end as vendor_bill_status,
    bills.known_at
from {{ ref('int_vendor_bills_resolved') }} as bills
left join covered on bills.vendor_bill_line_id = covered.vendor_bill_line_id
